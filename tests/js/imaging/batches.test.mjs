import assert from "node:assert/strict";
import { test } from "node:test";

import { showBatch } from "../../../static/js/imaging/batches.js";

function place() {
  const parts = { sum: { textContent: "" }, progress: { hidden: false }, report: { hidden: true } };
  return { parts, dataset: {}, querySelector: (name) => parts[name.replace(".batch-", "")] };
}

test("a running batch shows its progress, an ended one its report", () => {
  const shown = place();
  showBatch(/** @type {any} */ (shown), { state: "running", words: "3 of 9 files.", total: 9, done: 3, reported: false });
  assert.equal(shown.parts.sum.textContent, "3 of 9 files.");
  assert.deepEqual([shown.parts.progress.max, shown.parts.progress.value, shown.parts.progress.hidden], [9, 3, false]);
  assert.equal(shown.parts.report.hidden, true);
  showBatch(/** @type {any} */ (shown), { state: "done", words: "9 files.", total: 9, done: 9, reported: true });
  assert.equal(shown.dataset.state, "done");
  assert.deepEqual([shown.parts.progress.hidden, shown.parts.report.hidden], [true, false]);
});

test("an empty batch has no progress of nothing", () => {
  const shown = place();
  showBatch(/** @type {any} */ (shown), { state: "done", words: "0 files.", total: 0, done: 0, reported: false });
  assert.equal(shown.parts.progress.max, 1);
});
