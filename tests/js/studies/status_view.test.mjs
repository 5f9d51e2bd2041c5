import assert from "node:assert/strict";
import test from "node:test";

import { recordWords, refusedWords } from "../../../static/js/studies/status_view.js";

test("the record says nothing before the first answer and ticks after it", () => {
  assert.equal(recordWords({ refused: 0, waiting: 0, status: "idle", acknowledged: 0 }).text, "");
  assert.deepEqual(recordWords({ refused: 0, waiting: 0, status: "idle", acknowledged: 4 }), { text: "saved ✓", tone: "good" });
});

test("answers that wait are counted in plain words", () => {
  assert.equal(recordWords({ refused: 0, waiting: 1, status: "offline", acknowledged: 0 }).text, "1 answer kept here, not yet sent");
  assert.equal(recordWords({ refused: 0, waiting: 3, status: "signed-out", acknowledged: 9 }).text, "3 answers kept here, not yet sent");
  assert.equal(recordWords({ refused: 0, waiting: 1, status: "sending", acknowledged: 9 }).text, "saving");
});

test("an answer that was not taken is not called saved", () => {
  assert.equal(recordWords({ waiting: 0, refused: 1, status: "idle", acknowledged: 4 }).text, "1 answer not taken");
});

test("a refused answer is told with the server's reason, once", () => {
  const entry = { refusal: { message: "Case 3 has an answer already. It stands." } };
  const words = refusedWords(/** @type {any} */ ([entry, entry]));
  assert.equal(words, "2 answers were not taken. Case 3 has an answer already. It stands. Kept on this computer.");
  assert.equal(refusedWords([]), "");
});
