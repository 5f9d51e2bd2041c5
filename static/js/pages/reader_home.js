// My studies: says where this browser still keeps answers that were not sent.
import { keptCounts } from "../studies/kept_store.js";

const counts = await keptCounts(indexedDB).catch(() => new Map());

for (const row of document.querySelectorAll("[data-reading]")) {
  const count = [...counts].find(([participant]) => row.getAttribute("data-reading").includes(participant))?.[1];
  const words = /** @type {HTMLElement} */ (row.querySelector("[data-kept]"));
  if (!count) continue;
  words.textContent = `${count} ${count === 1 ? "answer is" : "answers are"} kept in this browser and not yet sent. Open the study to send.`;
  words.hidden = false;
}
