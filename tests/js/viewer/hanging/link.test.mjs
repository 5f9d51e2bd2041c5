import assert from "node:assert/strict";
import { test } from "node:test";
import { allSized, carriedWindow, sharedFit, sharedOf, viewOf } from "../../../../static/js/viewer/hanging/link.js";

const fine = { width: 4000, height: 5000, spacingMm: [0.05, 0.05] };
const coarse = { width: 2400, height: 3000, spacingMm: [0.1, 0.1] };
const unknown = { width: 1000, height: 2000, spacingMm: null };

test("linked_views_agree_in_millimeters_from_the_chest_wall", () => {
  const shared = sharedOf(fine, { zoom: 0.4, center: [1000, 2900] }, true);
  assert.deepEqual(shared, { x: 50, y: 20, scale: 0.125 });
  assert.deepEqual(viewOf(coarse, shared, true), { x: 500, y: 1700, zoom: 0.8 });
});

test("a_view_taken_there_and_back_is_the_same", () => {
  for (const [manifest, sized] of [[fine, true], [coarse, true], [unknown, false]]) {
    const view = viewOf(manifest, sharedOf(manifest, { zoom: 0.4, center: [700, 900] }, sized), sized);
    assert.ok(Math.abs(view.x - 700) + Math.abs(view.y - 900) + Math.abs(view.zoom - 0.4) < 1e-9);
  }
});

test("sharedFit_shows_the_largest_whole_and_all_at_one_scale", () => {
  const frame = { width: 600, height: 800 };
  const shared = sharedFit([fine, coarse], frame, true);
  assert.equal(shared.scale, 0.4); // 240 mm in 600 px is tighter than 300 mm in 800
  for (const manifest of [fine, coarse]) {
    const { x, zoom } = viewOf(manifest, shared, true);
    assert.ok(Math.abs(x * zoom - frame.width / 2) < 1e-9); // the chest wall is on the edge
  }
});

test("without_a_pixel_size_pictures_are_as_if_equally_tall", () => {
  assert.equal(allSized([fine, unknown]), false);
  const shared = sharedFit([fine, unknown], { width: 900, height: 800 }, false);
  assert.ok(Math.abs(viewOf(fine, shared, false).zoom * 5000 - viewOf(unknown, shared, false).zoom * 2000) < 1e-9);
});

test("carriedWindow_is_the_same_where_the_pictures_begin_alike", () => {
  const first = { center: 2000, width: 1000, function: "LINEAR" };
  assert.deepEqual(carriedWindow({ center: 2100, width: 800 }, first, first), { center: 2100, width: 800, function: "LINEAR" });
  const other = { center: 500, width: 100, function: "SIGMOID" };
  assert.deepEqual(carriedWindow({ center: 2100, width: 800 }, first, other), { center: 510, width: 80, function: "SIGMOID" });
});

test("a_margin_before_the_chest_wall_lies_outside_the_pane", () => {
  const padded = { ...coarse, wall: 400 };
  const frame = { width: 600, height: 800 };
  const shared = sharedFit([padded, coarse], frame, true);
  const { x, zoom } = viewOf(padded, shared, true);
  assert.ok(Math.abs((x - padded.wall) * zoom - frame.width / 2) < 1e-9);
  assert.deepEqual(sharedOf(padded, { zoom, center: [x, 1500] }, true).x, shared.x);
});
