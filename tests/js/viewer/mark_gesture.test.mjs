import assert from "node:assert/strict";
import { test } from "node:test";
import { boxMark, outlineMark, simplified } from "../../../static/js/viewer/mark_gesture.js";

const from = { x: 50, y: 50 };

test("a_drag_makes_an_ellipse_a_rectangle_or_a_circle_and_a_tap_a_point", () => {
  assert.deepEqual(boxMark("mass", "ellipse", from, { x: 30, y: 90 }, 1), { finding: "mass", shape: "ellipse", x: 30, y: 50, width: 20, height: 40 });
  assert.equal(boxMark("mass", "rectangle", from, { x: 30, y: 90 }, 1).shape, "rectangle");
  const round = { finding: "calcification", shape: "ellipse", x: 45, y: 45, width: 10, height: 10 };
  assert.deepEqual(boxMark("calcification", "ellipse", from, { x: 53, y: 54 }, 2), round);
  assert.equal(boxMark("calcification", "rectangle", from, { x: 53, y: 54 }, 2).width, 3);
  assert.equal(boxMark("mass", "ellipse", from, { x: 53, y: 54 }, 0.5).shape, "point");
});

test("an_outline_has_the_box_around_its_corners_and_needs_an_area", () => {
  const made = outlineMark("mass", "polygon", [from, { x: 80, y: 40 }, { x: 70, y: 90 }]);
  assert.deepEqual([made.x, made.y, made.width, made.height, made.points.length], [50, 40, 30, 50, 3]);
  assert.equal(outlineMark("mass", "polygon", [from, { x: 80, y: 40 }]), null);
  assert.equal(outlineMark("mass", "freehand", [from, { x: 80, y: 50 }, { x: 90, y: 50 }]), null);
});

test("a_freehand_line_keeps_its_corners_and_loses_what_lies_between", () => {
  const line = [];
  for (let i = 0; i <= 100; i++) line.push({ x: i, y: 0 });
  for (let i = 1; i <= 100; i++) line.push({ x: 100, y: i });
  assert.deepEqual(simplified(line, 1), [{ x: 0, y: 0 }, { x: 100, y: 0 }, { x: 100, y: 100 }]);
});

test("a_simplified_line_stays_near_the_one_drawn_and_has_200_corners_at_most", () => {
  const wave = Array.from({ length: 4000 }, (_, i) => ({ x: i, y: 40 * Math.sin(i / 3) }));
  assert.ok(simplified(wave, 1).length <= 200);
  const ring = Array.from({ length: 400 }, (_, i) => ({ x: 100 * Math.cos(i / 64), y: 100 * Math.sin(i / 64) }));
  const kept = simplified(ring, 1);
  assert.ok(kept.length < 60);
  assert.ok(kept.every(({ x, y }) => Math.abs(Math.hypot(x, y) - 100) < 1e-9));
});
