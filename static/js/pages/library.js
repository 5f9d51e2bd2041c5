// The library: files in, filters, selection.

import { followBatches } from "../imaging/batches.js";
import { startSelection } from "../imaging/selection.js";
import { startUploadPanel } from "../imaging/upload_panel.js";

startUploadPanel(document.getElementById("upload"));
followBatches(document.getElementById("batches"));
startSelection(/** @type {HTMLFormElement} */ (document.getElementById("selection")));

// An empty library has no filters.
const filters = /** @type {HTMLFormElement|null} */ (document.getElementById("filters"));
filters?.addEventListener("change", (event) => {
  if (/** @type {HTMLInputElement} */ (event.target).type === "radio") filters.requestSubmit();
});
