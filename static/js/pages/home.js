// The home page's picture.

import { createViewer } from "../viewer/viewer.js";

const viewer = createViewer(document.querySelector("[data-viewer]"), { keys: true });
viewer.open(JSON.parse(document.getElementById("manifest").textContent));
