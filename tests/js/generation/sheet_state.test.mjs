import assert from "node:assert/strict";
import { test } from "node:test";

import { countOf, durationWords, fits, moved, progressWords, unfinished } from "../../../static/js/generation/sheet_state.js";

const item = (more) => ({ screened: true, flags: [], verdict: "open", ...more });

test("a picture that is not screened is not to decide", () => {
  assert.equal(fits(item({}), "open"), true);
  assert.equal(fits(item({ screened: false }), "open"), false);
  assert.equal(fits(item({ verdict: "accepted" }), "open"), false);
});

test("flagged are those with a flag, whatever was decided", () => {
  const items = [item({ flags: ["seams"], verdict: "rejected" }), item({}), item({ verdict: "accepted" })];
  assert.equal(countOf(items, "flagged"), 1);
  assert.equal(countOf(items, "accepted"), 1);
  assert.equal(countOf(items, "all"), 3);
});

test("arrow keys move by one and by a row, and stop at the ends", () => {
  assert.equal(moved(0, "ArrowRight", 7, 3), 1);
  assert.equal(moved(1, "ArrowDown", 7, 3), 4);
  assert.equal(moved(5, "ArrowDown", 7, 3), 5);
  assert.equal(moved(0, "ArrowLeft", 7, 3), 0);
  assert.equal(moved(2, "End", 7, 3), 6);
});

test("the progress says what is left, and ends when all is screened", () => {
  const state = { total: 8, drawn: 3, live: 4, failed: 1, unscreened: 1, remainingS: 300 };
  assert.equal(progressWords(state), "3 of 8 drawn, 1 not drawn, 1 being screened, about 5 min left on one worker.");
  assert.equal(unfinished(state), true);
  assert.equal(unfinished({ live: 0, unscreened: 0 }), false);
  assert.equal(durationWords(7200), "2.0 h");
});
