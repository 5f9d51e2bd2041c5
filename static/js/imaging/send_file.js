// One file to the server with its progress: XMLHttpRequest, since fetch tells nothing of what was sent.

import { csrfToken, reportWords } from "../lib/http.js";

/**
 * @param {string} url
 * @param {File} file
 * @param {Record<string, string>} fields
 * @param {(share: number) => void} onSent
 * @returns {Promise<any>} the picture; rejects with the server's own words
 */
export function sendFile(url, file, fields, onSent) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set("file", file, file.name);
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open("POST", url);
    call.responseType = "json";
    call.setRequestHeader("Accept", "application/json");
    call.setRequestHeader("X-CSRFToken", csrfToken());
    call.upload.onprogress = (event) => event.lengthComputable && onSent(event.loaded / event.total);
    call.onload = () => {
      if (call.status === 201) resolve(call.response.image);
      else {
        const words = call.response?.error?.message ?? `${file.name} was not added: the server answered ${call.status}.`;
        reject(new Error(words + reportWords(call.status, call.getResponseHeader("X-Request-ID"))));
      }
    };
    call.onerror = () => reject(new Error(`${file.name} was not added: the connection was lost. Try it again.`));
    call.send(form);
  });
}
