/** The Generate page: the form's dice, and the picture as it comes. */

import { offerDraftStudies } from "../generation/draft_studies.js";
import { follow } from "../generation/follow.js";
import { showInHistory } from "../generation/history.js";
import { createBestView } from "../generation/best_view.js";
import { hasEnded, joined } from "../generation/request_state.js";
import { rollsSeed } from "../generation/seed.js";
import { showState } from "../generation/status_panel.js";
import { getJson } from "../lib/http.js";
import { createViewer } from "../viewer/viewer.js";

const page = JSON.parse(document.getElementById("page").textContent);
const dice = /** @type {HTMLButtonElement} */ (document.getElementById("dice"));
if (dice) rollsSeed(/** @type {HTMLInputElement} */ (document.getElementById("seed")), dice, page.seedLimit);
if (page.request) watch(page.request);

function watch(request) {
  const panel = document.getElementById("status");
  const viewer = createViewer(document.querySelector("[data-viewer]"), { keys: true, marks: false, keepView: true });
  let state = request.state;
  let stop = () => {};
  const best = createBestView(viewer, (name) => getJson(request.pictureUrls[name]));

  function show() {
    showState(panel, state);
    showInHistory(document.querySelector(".generate-thumb.is-open"), state, request.thumbnail);
    best.show(state);
    if (!hasEnded(state)) return;
    stop();
    const form = /** @type {HTMLFormElement} */ (document.getElementById("add-to-study"));
    if (form && state.state === "finished") offerDraftStudies(form, state.image);
  }

  show();
  if (hasEnded(state)) return;
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  stop = follow({
    socketUrl: `${scheme}//${location.host}${request.socketPath}`,
    stateUrl: request.stateUrl,
    onEvent: (event) => {
      if (event.grown) return best.grown(event.grown);
      state = joined(state, event);
      if (event.pictures) best.catchUp(state); // the whole state: a connection begins, so some news may be missing
      show();
    },
  });
}
