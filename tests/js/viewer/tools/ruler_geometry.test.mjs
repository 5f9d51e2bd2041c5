import assert from "node:assert/strict";
import { test } from "node:test";
import { lengthOf, lengthWords, lineInside, lineKeyChange } from "../../../../static/js/viewer/tools/ruler_geometry.js";

const line = { x1: 100, y1: 100, x2: 400, y2: 500 };

test("lengthOf_minds_that_rows_and_columns_differ", () => {
  assert.deepEqual(lengthOf(line, [0.1, 0.1]), { value: 50, unit: "mm" });
  assert.equal(lengthOf({ x1: 0, y1: 0, x2: 0, y2: 10 }, [0.2, 0.1]).value, 2);
  assert.equal(lengthOf({ x1: 0, y1: 0, x2: 10, y2: 0 }, [0.2, 0.1]).value, 1);
});

test("lengthWords_say_what_is_known_of_the_spacing", () => {
  assert.deepEqual(lengthWords(line, [0.1, 0.1], "calibrated"), { text: "50.0 mm", note: "calibrated" });
  assert.deepEqual(lengthWords(line, [0.1, 0.1], "detector plane"), { text: "approx. 50.0 mm", note: "at the detector" });
  assert.deepEqual(lengthWords(line, [0.1, 0.1], "declared"), { text: "50.0 mm", note: "declared pixel size" });
});

test("lengthWords_never_invents_millimeters", () => {
  for (const spacing of [null, undefined, [0, 0], [Number.NaN, 0.1]]) {
    assert.deepEqual(lengthWords(line, spacing, ""), { text: "500 px", note: "pixel size unknown" });
  }
});

test("lineKeyChange_moves_the_line_or_its_second_end", () => {
  assert.deepEqual(lineKeyChange(line, { key: "ArrowLeft", shiftKey: false }, 3), { x1: 97, y1: 100, x2: 397, y2: 500 });
  assert.deepEqual(lineKeyChange(line, { key: "ArrowDown", shiftKey: true }, 3), { ...line, y2: 503 });
  assert.equal(lineKeyChange(line, { key: "x", shiftKey: false }, 3), null);
});

test("lineInside_keeps_both_ends_in_the_picture", () => {
  const outside = { x1: -5, y1: 3, x2: 900, y2: 901 };
  assert.deepEqual(lineInside(outside, { width: 800, height: 900 }), { x1: 0, y1: 3, x2: 800, y2: 900 });
});
