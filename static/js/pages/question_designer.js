// The designer's preview of the reading room's rail.
import { createPreview } from "../studies/designer/preview.js";

const form = /** @type {HTMLFormElement} */ (document.querySelector("[data-preview]"));
createPreview(form, JSON.parse(document.getElementById("questions").textContent));
