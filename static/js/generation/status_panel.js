/** Draws a request's state into the status panel under the picture. */

import { described, hasEnded, STAGES, stageShares } from "./request_state.js";

/**
 * @param {HTMLElement} panel
 * @param {import("./request_state.js").RequestState} state
 */
export function showState(panel, state) {
  panel.dataset.state = state.state;
  const text = panel.querySelector("#status-text");
  const words = described(state);
  if (text.textContent !== words) text.textContent = words;
  for (const part of panel.querySelectorAll("[data-when]")) {
    const wanted = part instanceof HTMLElement ? part.dataset.when : "";
    /** @type {HTMLElement} */ (part).hidden = wanted !== (hasEnded(state) ? "ended" : "live") && wanted !== state.state;
  }
  const shares = stageShares(state);
  for (const stage of STAGES) {
    const bar = /** @type {HTMLProgressElement} */ (panel.querySelector(`progress[data-stage="${stage}"]`));
    bar.value = shares[stage];
    bar.parentElement.classList.toggle("is-now", state.state === "running" && state.stage === stage);
  }
}
