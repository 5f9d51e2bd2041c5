// My studies: says where this browser still keeps answers that the server does not have.
import { keptFile, saveFile } from "../studies/copy_file.js";
import { element } from "../studies/element.js";
import { keptEntries } from "../studies/kept_store.js";

const kept = await keptEntries(indexedDB).catch(() => new Map());

for (const row of document.querySelectorAll("[data-reading]")) {
  const address = row.getAttribute("data-reading");
  const entries = [...kept].find(([participant]) => address.includes(participant))?.[1];
  const host = /** @type {HTMLElement} */ (row.querySelector("[data-kept]"));
  if (!entries) continue;
  const many = entries.length === 1 ? "1 answer is" : `${entries.length} answers are`;
  const next = row.querySelector("a") ? "Open the study to send." : "Save a copy for the person who runs the study.";
  const save = element("button", { type: "button", class: "button" }, "Save a copy");
  save.addEventListener("click", () => saveFile(keptFile(entries, row.getAttribute("data-code"))));
  host.replaceChildren(element("p", {}, `${many} kept in this browser and not stored on the server. ${next}`), save);
  host.hidden = false;
}
