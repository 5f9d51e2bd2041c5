// The reading room's page: the picture, and the room around it.
import { createRoom } from "../studies/room.js";
import { createViewer, viewerActions } from "../viewer/viewer.js";

const root = /** @type {HTMLElement} */ (document.querySelector("[data-room]"));
const data = JSON.parse(document.getElementById("room").textContent);
const picture = /** @type {HTMLElement} */ (root.querySelector("[data-viewer]"));
const viewer = createViewer(picture, { marks: true, align: "left" });

void createRoom(root, data, viewer, viewerActions).start();
