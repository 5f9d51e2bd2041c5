import assert from "node:assert/strict";
import { test } from "node:test";
import { gestureOf } from "../../../../static/js/viewer/tools/touch_gesture.js";

const start = { x: 200, y: 200, distance: 120 };

test("gestureOf_waits_for_a_clear_movement", () => {
  assert.equal(gestureOf(start, { x: 205, y: 204, distance: 124 }), null);
});

test("gestureOf_fingers_that_move_together_change_the_window", () => {
  assert.equal(gestureOf(start, { x: 230, y: 210, distance: 126 }), "window");
});

test("gestureOf_fingers_that_part_or_close_zoom", () => {
  assert.equal(gestureOf(start, { x: 204, y: 200, distance: 150 }), "zoom");
  assert.equal(gestureOf(start, { x: 204, y: 200, distance: 95 }), "zoom");
});
