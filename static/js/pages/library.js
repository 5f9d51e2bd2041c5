// The library: files in, filters, selection.

import { startSelection } from "../imaging/selection.js";
import { startUploadPanel } from "../imaging/upload_panel.js";

startUploadPanel(document.getElementById("upload"));
startSelection(/** @type {HTMLFormElement} */ (document.getElementById("selection")));

const filters = /** @type {HTMLFormElement} */ (document.getElementById("filters"));
filters.addEventListener("change", (event) => {
  if (/** @type {HTMLInputElement} */ (event.target).type === "radio") filters.requestSubmit();
});
