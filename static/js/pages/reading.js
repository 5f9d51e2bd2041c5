// The reading room's page: the picture, and the room around it.
import { createRoom } from "../studies/room.js";
import { createLinked } from "../viewer/hanging/linked_viewers.js";
import { VIEWER_KEYS, createViewer, viewerActions } from "../viewer/viewer.js";

const root = /** @type {HTMLElement} */ (document.querySelector("[data-room]"));
const data = JSON.parse(document.getElementById("room").textContent);
const [left, other] = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-viewer]"));
let room = /** @type {ReturnType<typeof createRoom>|null} */ (null);
const viewer = createViewer(left, {
  marks: true, align: "left", whole: root, onChange: (state) => (room?.looked(state), follow(viewer)),
});
const right = other ? createViewer(other, { align: "left", whole: root, onChange: () => follow(right) }) : null;
const linked = right && createLinked(() => [viewer, right].filter((one) => one.manifest), () => 0);
let leader = viewer;
/** @param {HTMLElement|undefined} pane @param {any} one */
const leads = (pane, one) => {
  for (const name of ["pointerenter", "pointerdown", "focusin"]) pane?.addEventListener(name, () => void (leader = one));
};
leads(left, viewer);
leads(other, right);

/** In a pair the picture in the hand leads. @param {any} changed */
function follow(changed) {
  if (linked && changed === leader) linked.follow(leader);
}

/** The viewer's actions under its own keys, but for those that the room changes. @param {any} shown @param {Record<string, string[]>} changed */
const actionsOf = (shown, changed) => viewerActions(shown, { ...VIEWER_KEYS, ...changed });

room = createRoom(root, data, viewer, actionsOf, right);
void room.start();
