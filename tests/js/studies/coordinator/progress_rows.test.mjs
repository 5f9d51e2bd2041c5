// Words of the readers' table.

import assert from "node:assert/strict";
import { test } from "node:test";

import { paceWords, seenWords, sumWords } from "../../../../static/js/studies/coordinator/progress_rows.js";

const now = new Date("2026-05-01T12:00:00Z");
const before = (minutes) => new Date(now.getTime() - minutes * 60_000);

test("the sum counts readings over readers", () => {
  assert.equal(sumWords([{ done: 3, count: 24 }, { done: 24, count: 24 }]), "27 of 48 readings");
  assert.equal(sumWords([]), "0 of 0 readings");
});

test("the pace is in whole seconds, and a dash before the first answer", () => {
  assert.equal(paceWords(24.4), "24 s");
  assert.equal(paceWords(null), "–");
});

test("a reader was seen just now, minutes ago, or on a day", () => {
  assert.equal(seenWords(before(0.5), now), "just now");
  assert.equal(seenWords(before(5), now), "5 min ago");
  assert.match(seenWords(before(600), now), /1 May/);
});
