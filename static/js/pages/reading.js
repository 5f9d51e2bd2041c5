// The reading room's page: the picture, and the room around it.
import { createRoom } from "../studies/room.js";
import { VIEWER_KEYS, createViewer, viewerActions } from "../viewer/viewer.js";

const root = /** @type {HTMLElement} */ (document.querySelector("[data-room]"));
const data = JSON.parse(document.getElementById("room").textContent);
const picture = /** @type {HTMLElement} */ (root.querySelector("[data-viewer]"));
const viewer = createViewer(picture, { marks: true, align: "left", whole: root });

/** The viewer's actions under its own keys, but for those that the room changes. @param {any} shown @param {Record<string, string[]>} changed */
const actionsOf = (shown, changed) => viewerActions(shown, { ...VIEWER_KEYS, ...changed });

void createRoom(root, data, viewer, actionsOf).start();
