/** A copy on disk of answers that the server did not take, for the person who runs the study. */
import { element } from "./element.js";

/**
 * Return the file's name and text.
 * @param {import("./outbox.js").Entry[]} entries
 * @param {string} readerCode
 */
export function keptFile(entries, readerCode) {
  const rows = entries.map(({ uuid, sha256, body, queuedAt, refusal }) => ({ uuid, sha256, body, queuedAt, refusal }));
  return { name: `kept-answers-${readerCode}.json`, text: JSON.stringify(rows, null, 2) };
}

/** Hand a file to the reader. @param {{name: string, text: string}} file */
export function saveFile({ name, text }) {
  const href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = element("a", { href, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  URL.revokeObjectURL(href);
}
