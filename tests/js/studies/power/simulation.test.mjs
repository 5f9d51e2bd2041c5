import assert from "node:assert/strict";
import test from "node:test";
import { countWords, shareInterval, simulate } from "../../../../static/js/studies/power/simulation.js";

test("the interval is Wilson's", () => {
  const [low, high] = shareInterval({ reached: 682 + 448, runs: 1788 }); // the paper's Overall accuracy
  assert.equal(low.toFixed(5), "0.60938");
  assert.equal(high.toFixed(5), "0.65404");
  assert.deepEqual(shareInterval({ reached: 0, runs: 10 })[0], 0);
});

test("chunks add up, and each is told", async () => {
  const told = [];
  const count = await simulate({
    chunks: 3,
    chunkOf: async (chunk) => ({ reached: chunk, runs: 10 }),
    onCount: (sum, done) => told.push([sum.runs, done]),
    signal: new AbortController().signal,
  });
  assert.deepEqual(count, { reached: 3, runs: 30 });
  assert.deepEqual(told, [[10, 1], [20, 2], [30, 3]]);
  assert.match(countWords(count), /^3 of 30 simulated studies show it: 10 %/);
});

test("a stop keeps what came until then", async () => {
  const stop = new AbortController();
  const count = await simulate({
    chunks: 5,
    chunkOf: async (chunk, signal) => {
      if (chunk === 2) stop.abort();
      signal.throwIfAborted();
      return { reached: 1, runs: 10 };
    },
    onCount: () => undefined,
    signal: stop.signal,
  });
  assert.deepEqual(count, { reached: 2, runs: 20 });
});

test("a failure that is no stop is passed on", async () => {
  const failing = simulate({
    chunks: 2,
    chunkOf: async () => Promise.reject(new Error("busy")),
    onCount: () => undefined,
    signal: new AbortController().signal,
  });
  await assert.rejects(failing, /busy/);
});
