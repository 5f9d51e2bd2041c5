import assert from "node:assert/strict";
import { test } from "node:test";
import { cornerRemoved, handleMoved, handlesOf, insideBounds, moved, resized } from "../../../static/js/viewer/mark_geometry.js";

const BOUNDS = { width: 100, height: 200 };
const ellipse = (facts = {}) => ({ finding: "mass", shape: "ellipse", x: 10, y: 20, width: 30, height: 40, ...facts });
const polygon = (facts = {}) => {
  const points = [[10, 20], [40, 20], [40, 60], [10, 60]];
  return { id: "p", finding: "mass", shape: "polygon", x: 10, y: 20, width: 30, height: 40, points, ...facts };
};

test("boxes_stay_inside_the_picture_in_whole_pixels", () => {
  assert.deepEqual(insideBounds(ellipse({ id: "a", x: 90.2, y: -5 }), BOUNDS), ellipse({ id: "a", x: 70, y: 0 }));
  assert.deepEqual(insideBounds(ellipse({ id: "a", width: 900 }), BOUNDS).width, 100);
  const point = insideBounds({ id: "a", finding: "mass", shape: "point", x: 120, y: 3.6, width: 9, height: 9 }, BOUNDS);
  assert.deepEqual([point.x, point.y, point.width, point.height], [100, 4, 0, 0]);
});

test("an_outline_that_fits_is_shifted_inside_and_keeps_its_form_and_box", () => {
  const inside = insideBounds(polygon(moved(polygon(), 80.1, -30)), BOUNDS);
  assert.deepEqual(inside.points, [[70, 0], [100, 0], [100, 40], [70, 40]]);
  assert.deepEqual([inside.x, inside.y, inside.width, inside.height], [70, 0, 30, 40]);
});

test("an_outline_lies_on_quarters_of_a_pixel", () => {
  const inside = insideBounds(polygon({ points: [[1.13, 2], [9, 2.9], [5, 8]] }), BOUNDS);
  assert.deepEqual(inside.points, [[1.25, 2], [9, 3], [5, 8]]);
  assert.deepEqual([inside.x, inside.width], [1.25, 7.75]);
});

test("resized_keeps_the_middle_and_the_form_and_stops_at_the_least", () => {
  assert.deepEqual(resized(ellipse(), 2, 8), { x: 8, y: 18, width: 34, height: 44 });
  assert.deepEqual(resized(ellipse({ width: 5 }), -2, 8), {});
  assert.deepEqual(resized(polygon(), 20, 8).points, [[-5, 0], [55, 0], [55, 80], [-5, 80]]);
});

test("a_box_has_four_handles_a_polygon_its_corners_and_a_point_none", () => {
  assert.deepEqual(handlesOf(ellipse()).map(({ x, y }) => [x, y]), [[10, 20], [40, 20], [40, 60], [10, 60]]);
  assert.equal(handlesOf(polygon({ points: [[1, 1], [2, 1], [2, 2]] })).length, 3);
  assert.deepEqual(handlesOf(ellipse({ shape: "point" })), []);
  assert.deepEqual(handlesOf(polygon({ shape: "freehand" })), []);
});

test("handleMoved_keeps_the_opposite_corner_and_circles_round", () => {
  assert.deepEqual(handleMoved(ellipse(), 2, { x: 60, y: 70 }), { x: 10, y: 20, width: 50, height: 50 });
  assert.deepEqual(handleMoved(ellipse(), 0, { x: 20, y: 30 }), { x: 20, y: 30, width: 20, height: 30 });
  assert.deepEqual(handleMoved(ellipse({ finding: "calcification" }), 2, { x: 30, y: 80 }), { x: 10, y: 20, width: 60, height: 60 });
  assert.deepEqual(handleMoved(polygon(), 1, { x: 50, y: 5 }).points[1], [50, 5]);
});

test("a_polygon_keeps_three_corners_at_least", () => {
  assert.equal(cornerRemoved(polygon(), 0).points.length, 3);
  assert.deepEqual(cornerRemoved(polygon({ points: [[1, 1], [2, 1], [2, 2]] }), 0), {});
});
