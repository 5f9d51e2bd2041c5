// One picture of the library.

import { fillStudies } from "../imaging/study_choice.js";
import { createViewer } from "../viewer/viewer.js";

const viewer = createViewer(document.querySelector("[data-viewer]"), { keys: true, marks: false });
viewer.open(JSON.parse(document.getElementById("manifest").textContent));

const form = document.getElementById("add-to-study");
if (form) {
  const select = /** @type {HTMLSelectElement} */ (form.querySelector("select"));
  form.hidden = (await fillStudies(select, form.dataset.drafts)) === 0;
}
