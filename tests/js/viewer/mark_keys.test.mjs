import assert from "node:assert/strict";
import { test } from "node:test";
import { handleKey, markKeyChange } from "../../../static/js/viewer/mark_keys.js";

const press = (key, shiftKey = false) => ({ key, shiftKey });
const mark = { id: "a", finding: "mass", shape: "ellipse", x: 10, y: 20, width: 30, height: 40 };
const polygon = { ...mark, shape: "polygon", points: [[10, 20], [40, 20], [40, 60], [10, 60]] };

test("keys_move_and_resize_the_whole_mark_and_leave_others_alone", () => {
  assert.deepEqual(markKeyChange(mark, press("ArrowLeft"), 2), { x: 8, y: 20 });
  assert.deepEqual(markKeyChange(mark, press("ArrowDown", true), 2), { x: 10, y: 36 });
  assert.deepEqual(markKeyChange(polygon, press("ArrowUp"), 2).points[0], [10, 18]);
  assert.deepEqual(markKeyChange(mark, press("+", true), 2), { x: 8, y: 18, width: 34, height: 44 });
  assert.equal(markKeyChange(mark, press("r"), 2), null);
  assert.equal(markKeyChange(mark, press("Delete"), 2), null);
  const point = { ...mark, shape: "point", width: 0, height: 0 };
  assert.equal(markKeyChange(point, press("+"), 2).shape, "ellipse");
});

test("arrows_move_the_corner_in_the_hand", () => {
  assert.deepEqual(markKeyChange(mark, press("ArrowRight"), 2, 2), { x: 10, y: 20, width: 32, height: 40 });
  assert.deepEqual(markKeyChange(polygon, press("ArrowRight"), 2, 2).points[2], [42, 60]);
  assert.equal(markKeyChange(polygon, press("Delete"), 2, 1).points.length, 3);
});

test("page_keys_go_around_the_corners_and_the_whole", () => {
  assert.deepEqual([-1, 0, 3].map((at) => handleKey(mark, press("PageDown"), at)), [0, 1, -1]);
  assert.equal(handleKey(mark, press("PageUp"), -1), 3);
  assert.equal(handleKey({ ...mark, shape: "point" }, press("PageDown"), -1), -1);
  assert.equal(handleKey(mark, press("a"), -1), null);
});
