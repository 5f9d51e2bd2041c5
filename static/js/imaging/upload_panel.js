// The drop zone and its report: a line per file and its fate.

import { droppedFiles } from "./dropped_files.js";
import { LABELS_FILE, readLabels } from "./labels_table.js";
import { sendFile } from "./send_file.js";
import { createUploadQueue, uploadSum } from "./upload_queue.js";

const WORDS = { waiting: "Waiting", reading: "Reading the picture" };

/** What a line says. @param {import("./upload_queue.js").Line} line @returns {string} */
function fateOf(line) {
  if (line.state === "sending") return `Sending, ${Math.round(line.sent * 100)} %`;
  if (line.state === "added") return `Added: ${line.message}`;
  return WORDS[line.state] ?? line.message;
}

/** @param {HTMLElement} panel */
export function startUploadPanel(panel) {
  const find = (id) => /** @type {any} */ (panel.querySelector(`#${id}`));
  const zone = find("drop-zone"), list = find("upload-lines"), template = find("upload-line");
  const rows = new Map();
  let labels = new Map();

  function show(line) {
    let row = rows.get(line);
    if (!row) {
      row = template.content.firstElementChild.cloneNode(true);
      row.querySelector(".upload-name").textContent = line.name;
      rows.set(line, row);
      list.append(row);
    }
    row.className = `upload-line is-${line.state}`;
    row.querySelector(".upload-fate").textContent = fateOf(line);
    const place = row.querySelector(".upload-thumb");
    if (line.image && !place.firstChild) place.append(Object.assign(new Image(), { src: line.image.thumb, alt: "" }));
  }

  const queue = createUploadQueue({
    send: (file, onSent) => {
      const kind = panel.querySelector("input[name=kind]:checked");
      const fields = { source: /** @type {HTMLInputElement} */ (kind).value, ...(labels.get(file.name) ?? {}) };
      return sendFile(panel.dataset.url, file, fields, onSent);
    },
    onChange: (lines) => {
      lines.forEach(show);
      const sum = uploadSum(lines);
      find("upload-sum").textContent = sum.text;
      find("upload-progress").value = sum.share;
      find("upload-close").hidden = !sum.done || !lines.some((line) => line.state === "added");
      find("upload-report").hidden = lines.length === 0;
    },
  });

  async function take(files) {
    const table = files.find((file) => file.name === LABELS_FILE);
    if (table) labels = new Map([...labels, ...readLabels(await table.text())]);
    await queue.add(files.filter((file) => file !== table));
  }

  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("is-over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    await take(await droppedFiles(event.dataTransfer));
  });
  find("files").addEventListener("change", async (event) => {
    const files = [...event.target.files];
    event.target.value = ""; // the same file may be chosen again
    await take(files);
  });
  find("upload-close").addEventListener("click", () => location.reload());
}
