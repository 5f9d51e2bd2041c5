// The display's self-check.

import { createDisplayCheck } from "../viewer/display/check.js";

const root = /** @type {HTMLElement} */ (document.querySelector("[data-display]"));
createDisplayCheck(root, { save: root.dataset.save });
