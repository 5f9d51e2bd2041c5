// An anomaly map over its picture, as soon as there is one.

import { follow } from "../generation/follow.js";
import { statusWords } from "../generation/map_colors.js";
import { createMapLayer } from "../generation/map_layer.js";
import { hasEnded, joined } from "../generation/request_state.js";
import { createViewer } from "../viewer/viewer.js";

const page = JSON.parse(document.getElementById("page").textContent);
const find = (id) => /** @type {any} */ (document.getElementById(id));
const stage = /** @type {HTMLElement} */ (document.querySelector("[data-viewer]"));
const viewer = createViewer(stage, { keys: true, marks: false, onChange: () => layer.follow() });
const layer = createMapLayer(find("map-canvas"), viewer);
stage.querySelector("[data-viewer-picture]").append(find("map-canvas"));
let state = page.state;
let stop = () => {};

function paint() {
  const [threshold, opacity] = [find("map-threshold").value, find("map-opacity").value];
  find("map-threshold-shown").textContent = `${threshold} %`;
  find("map-opacity-shown").textContent = `${opacity} %`;
  layer.show(threshold / 100, opacity / 100);
  layer.follow();
}

function show() {
  find("map-status").textContent = statusWords(state);
  find("map-live").hidden = hasEnded(state);
  find("map-progress").value = state.total ? state.done / state.total : 0;
}

async function lay() {
  await layer.load(page.overlayUrl);
  find("map-controls").hidden = false;
  paint();
}

for (const id of ["map-threshold", "map-opacity"]) find(id).addEventListener("input", paint);
show();
await viewer.open(page.manifest);
if (state.state === "finished") await lay();
else if (!hasEnded(state)) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  stop = follow({
    socketUrl: `${scheme}//${location.host}${page.socketPath}`,
    stateUrl: page.stateUrl,
    onEvent: (event) => {
      state = joined(state, event);
      show();
      if (!hasEnded(state)) return;
      stop();
      if (state.state === "finished") location.reload(); // with what the model drew instead
    },
  });
}
