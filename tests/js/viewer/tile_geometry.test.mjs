import assert from "node:assert/strict";
import { test } from "node:test";
import {
  fitScale, fitView, levelForScale, levelSize, levelTiles, lowestLevel, snappedFrame, tileArea, tileFootprint, tilePlacement, tilesForScale, tileUrl,
} from "../../../static/js/viewer/tile_geometry.js";

const picture = (width, height) => {
  const maxLevel = Math.ceil(Math.log2(Math.max(width, height)));
  let minLevel = maxLevel;
  while (Math.ceil(Math.max(width, height) / 2 ** (maxLevel - minLevel)) > 512) minLevel--;
  return { tiles: "/t/a/1/s", width, height, tileSize: 512, overlap: 1, minLevel, maxLevel, window: { center: 1, width: 2 } };
};

test("levels_halve_and_round_up", () => {
  const m = picture(2560, 3328);
  assert.equal(m.maxLevel, 12);
  assert.deepEqual(levelSize(m, 12), { width: 2560, height: 3328 });
  assert.deepEqual(levelSize(m, 9), { width: 320, height: 416 });
  assert.deepEqual(levelSize(picture(1025, 3), 10), { width: 513, height: 2 });
  assert.deepEqual(levelTiles(m, 12), { across: 5, down: 7 });
});

test("tileUrl_is_base_level_and_position", () => {
  assert.equal(tileUrl(picture(600, 600), 10, 1, 0), "/t/a/1/s/10/1_0");
});

test("tileFootprint_has_overlap_inside_and_none_outside", () => {
  const m = picture(1200, 700);
  assert.deepEqual(tileFootprint(m, 11, 0, 0), { left: 0, top: 0, width: 513, height: 513 });
  assert.deepEqual(tileFootprint(m, 11, 1, 1), { left: 511, top: 511, width: 514, height: 189 });
  assert.deepEqual(tileFootprint(m, 11, 2, 0), { left: 1023, top: 0, width: 177, height: 513 });
});

test("tileArea_of_all_tiles_covers_the_picture_once", () => {
  const m = picture(1201, 777);
  for (let level = m.minLevel; level <= m.maxLevel; level++) {
    const { across, down } = levelTiles(m, level);
    let sum = 0;
    for (let y = 0; y < down; y++) for (let x = 0; x < across; x++) {
      const area = tileArea(m, level, x, y);
      sum += (area.right - area.left) * (area.bottom - area.top);
    }
    assert.equal(sum, 1201 * 777);
  }
});

test("tilePlacement_leaves_no_gap_between_neighbors_at_odd_scales", () => {
  const m = picture(3000, 2000);
  for (const scale of [0.137, 0.51, 1.37, 6]) {
    const frame = { x: -13.7, y: 5.31, scale };
    const [a, b] = [0, 1].map((x) => tilePlacement(m, { level: 12, x, y: 0 }, frame));
    assert.equal(a.right, b.left);
  }
});

test("tilePlacement_finds_a_pixel_of_the_picture_from_either_tile", () => {
  const m = picture(3000, 2000);
  const frame = { x: 10.25, y: -3.5, scale: 1.37 };
  const device = 10.25 + 512 * 1.37; // the line between the first two tiles
  const [a, b] = [0, 1].map((x) => tilePlacement(m, { level: 12, x, y: 0 }, frame));
  assert.ok(Math.abs((device - a.originX) / a.step - 512) < 1e-9);
  assert.ok(Math.abs((device - b.originX) / b.step - 1) < 1e-9); // one px of overlap
});

test("snappedFrame_moves_to_whole_device_pixels_at_1_to_1_only", () => {
  assert.deepEqual(snappedFrame({ x: 0.5, y: -0.2, scale: 1.0000000002 }), { x: 1, y: -0, scale: 1, exact: true });
  assert.equal(snappedFrame({ x: 0.5, y: 0.2, scale: 1.01 }).x, 0.5);
});

test("levelForScale_takes_the_finest_level_that_is_not_wasted", () => {
  const m = picture(3840, 3840);
  assert.equal(levelForScale(m, 1), 12);
  assert.equal(levelForScale(m, 0.5), 12);
  assert.equal(levelForScale(m, 0.49), 11);
  assert.equal(levelForScale(m, 0.01), m.minLevel);
});

test("tilesForScale_lists_coarse_levels_first", () => {
  const m = picture(3840, 3840);
  const tiles = tilesForScale(m, 0.25);
  assert.equal(tiles[0].level, 9);
  assert.equal(tiles.length, 1 + 4 + 16);
});

test("fitView_shows_the_whole_picture_with_its_left_edge_on_the_frame", () => {
  const m = { width: 1000, height: 2000 };
  const frame = { width: 1000, height: 1000 };
  assert.equal(fitScale(m, frame), 0.5);
  assert.deepEqual(fitView(m, frame), { x: 0, y: 0, width: 2000, height: 2000 });
  assert.deepEqual(fitView(m, frame, "center"), { x: -500, y: 0, width: 2000, height: 2000 });
  assert.deepEqual(fitView({ width: 2000, height: 1000 }, frame), { x: 0, y: -500, width: 2000, height: 2000 });
});

test("lowestLevel_is_that_of_the_view_farthest_out", () => {
  const m = picture(3840, 3840);
  assert.equal(lowestLevel(m, { width: 1200, height: 856 }), 10);
  assert.equal(lowestLevel(m, { width: 1920, height: 1036 }), 10); // the fitted view itself is drawn from level 11
  assert.equal(levelForScale(m, fitScale(m, { width: 1920, height: 1036 })), 11);
  assert.equal(lowestLevel(m, { width: 500, height: 400 }), 9);
  assert.equal(lowestLevel(picture(300, 200), { width: 1200, height: 900 }), 9);
});
