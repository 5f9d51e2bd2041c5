// Batches that run on the server's command line: how far they are, told every two seconds.

import { getJson } from "../lib/http.js";

const LOOK_MS = 2000;

/** @typedef {{state: string, words: string, total: number, done: number, reported: boolean}} Batch */

/** Show a batch's state. @param {HTMLElement} place @param {Batch} batch */
export function showBatch(place, batch) {
  place.dataset.state = batch.state;
  const find = (name) => /** @type {any} */ (place.querySelector(`.batch-${name}`));
  if (find("sum").textContent !== batch.words) find("sum").textContent = batch.words;
  find("progress").max = Math.max(batch.total, 1);
  find("progress").value = batch.done;
  find("progress").hidden = batch.state !== "running";
  find("report").hidden = !batch.reported;
}

/** Follow every batch that runs until it ends. @param {HTMLElement|null} section */
export function followBatches(section) {
  const running = () => [.../** @type {any} */ (section?.querySelectorAll('[data-state="running"]') ?? [])];
  async function look() {
    for (const place of running()) {
      const batch = await getJson(place.dataset.url).catch(() => null); // an unreachable server is asked again
      if (batch) showBatch(place, batch);
    }
    if (running().length) setTimeout(look, LOOK_MS);
  }
  if (running().length) setTimeout(look, LOOK_MS);
}
