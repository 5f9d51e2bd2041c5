import assert from "node:assert/strict";
import { test } from "node:test";
import { cornerDragged, insideBounds, markKeyChange, markOfGesture } from "../../../static/js/viewer/mark_geometry.js";

const ellipse = (facts = {}) => ({ finding: "mass", shape: "ellipse", x: 10, y: 20, width: 30, height: 40, ...facts });

test("marks_stay_inside_the_picture_in_whole_pixels", () => {
  const bounds = { width: 100, height: 200 };
  assert.deepEqual(insideBounds(ellipse({ id: "a", x: 90.2, y: -5 }), bounds), ellipse({ id: "a", x: 70, y: 0 }));
  assert.deepEqual(insideBounds(ellipse({ id: "a", width: 900 }), bounds).width, 100);
  const point = insideBounds({ id: "a", finding: "mass", shape: "point", x: 120, y: 3.6, width: 9, height: 9 }, bounds);
  assert.deepEqual([point.x, point.y, point.width, point.height], [100, 4, 0, 0]);
});

test("markOfGesture_makes_an_ellipse_a_circle_or_a_point", () => {
  const from = { x: 50, y: 50 };
  assert.deepEqual(markOfGesture("mass", from, { x: 30, y: 90 }, 1), { finding: "mass", shape: "ellipse", x: 30, y: 50, width: 20, height: 40 });
  assert.deepEqual(markOfGesture("calcification", from, { x: 53, y: 54 }, 2), { finding: "calcification", shape: "ellipse", x: 45, y: 45, width: 10, height: 10 });
  assert.equal(markOfGesture("mass", from, { x: 53, y: 54 }, 0.5).shape, "point");
});

test("markKeyChange_moves_resizes_and_ignores_other_keys", () => {
  const mark = ellipse({ id: "a" });
  assert.deepEqual(markKeyChange(mark, { key: "ArrowLeft", shiftKey: false }, 2), { x: 8 });
  assert.deepEqual(markKeyChange(mark, { key: "ArrowDown", shiftKey: true }, 2), { y: 36 });
  assert.deepEqual(markKeyChange(mark, { key: "+", shiftKey: true }, 2), { x: 8, y: 18, width: 34, height: 44 });
  assert.deepEqual(markKeyChange(ellipse({ id: "a", width: 5 }), { key: "-", shiftKey: false }, 2), {});
  assert.equal(markKeyChange(mark, { key: "r", shiftKey: false }, 2), null);
  const point = { ...mark, shape: "point", width: 0, height: 0 };
  assert.equal(markKeyChange(point, { key: "+", shiftKey: false }, 2).shape, "ellipse");
});

test("cornerDragged_keeps_the_opposite_corner_and_circles_round", () => {
  assert.deepEqual(cornerDragged(ellipse(), 2, { x: 60, y: 70 }), { x: 10, y: 20, width: 50, height: 50 });
  assert.deepEqual(cornerDragged(ellipse(), 0, { x: 20, y: 30 }), { x: 20, y: 30, width: 20, height: 30 });
  assert.deepEqual(cornerDragged(ellipse({ finding: "calcification" }), 2, { x: 30, y: 80 }), { x: 10, y: 20, width: 60, height: 60 });
});
