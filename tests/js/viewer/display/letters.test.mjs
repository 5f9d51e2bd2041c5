import assert from "node:assert/strict";
import { test } from "node:test";
import { BACKGROUNDS, DIFFERENCES, letterRows, rowResult } from "../../../../static/js/viewer/display/letters.js";

const rows = letterRows((below) => below - 1);

test("letterRows_differ_by_the_stated_steps_and_stay_gray_values", () => {
  assert.deepEqual(rows.map(({ background }) => background), BACKGROUNDS);
  for (const { background, letters } of rows) {
    assert.deepEqual(letters.map(({ gray }) => Math.abs(gray - background)), DIFFERENCES);
    assert.ok(letters.every(({ gray }) => gray >= 0 && gray <= 255));
    assert.equal(new Set(letters.map(({ letter }) => letter)).size, letters.length);
  }
});

test("rowResult_counts_down_to_the_first_letter_that_was_not_read", () => {
  const [row] = rows;
  const all = row.letters.map(({ letter }) => letter).join("");
  assert.equal(rowResult(row, all.toLowerCase()).smallest, 1);
  assert.equal(rowResult(row, `${all.slice(0, 2)}-${all.slice(3)}`).smallest, 5);
  assert.equal(rowResult(row, all.slice(0, 3)).smallest, 3);
  assert.equal(rowResult(row, "").smallest, null);
  assert.deepEqual(rowResult(row, `${all.slice(0, 1)} ${all.slice(1, 2)}`).read, [true, true, false, false, false]);
});
