// The power page: simulated studies beside the computed power, chunk by chunk, with a stop.
import { getJson } from "../lib/http.js";
import { countWords, simulate } from "../studies/power/simulation.js";

const box = /** @type {HTMLElement|null} */ (document.querySelector("[data-power]"));

if (box) {
  const button = box.querySelector("[data-run]");
  const said = box.querySelector("[data-said]");
  const bar = box.querySelector("progress");
  const { power: address, chunks } = box.dataset;
  let running = /** @type {AbortController|null} */ (null);
  box.hidden = false;

  const run = async () => {
    running = new AbortController();
    button.textContent = "Stop";
    bar.value = 0;
    bar.hidden = false;
    try {
      const count = await simulate({
        chunks: Number(chunks),
        chunkOf: (chunk, signal) => getJson(`${address}&chunk=${chunk}`, { signal }),
        onCount: (_, done) => (bar.value = done),
        signal: running.signal,
      });
      said.textContent = count.runs ? countWords(count) : "Stopped.";
    } catch (error) {
      said.textContent = /** @type {Error} */ (error).message;
    }
    running = null;
    bar.hidden = true;
    button.textContent = "Check by simulation";
  };

  button.addEventListener("click", () => (running ? running.abort() : void run()));
}
