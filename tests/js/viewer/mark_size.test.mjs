import assert from "node:assert/strict";
import { test } from "node:test";
import { markSize, markSizeWords } from "../../../static/js/viewer/mark_size.js";

const mark = { shape: "ellipse", x: 10, y: 20, width: 100, height: 40 };

test("a_size_takes_the_spacing_of_rows_and_columns_each", () => {
  assert.deepEqual(markSize(mark, [0.1, 0.2]), { width: 20, height: 4, unit: "mm" });
  assert.deepEqual(markSize(mark, null), { width: 100, height: 40, unit: "px" });
});

test("words_say_approximate_unless_calibrated_and_nothing_without_a_spacing", () => {
  assert.equal(markSizeWords(mark, [0.1, 0.1], "calibrated"), "10.0 × 4.0 mm");
  assert.equal(markSizeWords(mark, [0.1, 0.1], "detector plane"), "approx. 10.0 × 4.0 mm");
  assert.equal(markSizeWords(mark, null), "");
  assert.equal(markSizeWords({ ...mark, shape: "point", width: 0, height: 0 }, [0.1, 0.1], "calibrated"), "");
});
