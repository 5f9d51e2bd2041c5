import assert from "node:assert/strict";
import { test } from "node:test";
import { lensBox, lensFrame, lensScale, lensSide, lensTiles } from "../../../../static/js/viewer/tools/lens_geometry.js";

const manifest = { width: 3840, height: 3840, tileSize: 512, overlap: 1, minLevel: 9, maxLevel: 12, tiles: "/t/x" };

test("lensScale_shows_every_picture_pixel_and_at_least_twice_the_view", () => {
  assert.equal(lensScale(0.2), 1);
  assert.equal(lensScale(1), 2);
  assert.equal(lensScale(0.8), 1.6);
});

test("lensFrame_keeps_the_point_under_the_lens_where_it_is", () => {
  const frame = { x: 30, y: 10, scale: 0.25 };
  const point = { x: 130, y: 60 };
  const near = lensFrame(frame, point, 1);
  assert.equal((point.x - near.x) / near.scale, (point.x - frame.x) / frame.scale);
  assert.equal((point.y - near.y) / near.scale, (point.y - frame.y) / frame.scale);
  assert.equal(near.exact, true); // whole pixels at 1:1, as in the view
});

test("lensTiles_cover_the_box_and_nothing_outside_the_picture", () => {
  const point = { x: 100, y: 100 };
  const near = lensFrame({ x: 0, y: 0, scale: 0.25 }, point, 1);
  const tiles = lensTiles(manifest, near, lensBox(point, 300), 0.25);
  // The point is picture px (400, 400): the box is 250 to 550 both ways, so four tiles of 512 px.
  assert.deepEqual(tiles.map(({ level, x, y }) => `${level}/${x}_${y}`), ["12/0_0", "12/1_0", "12/0_1", "12/1_1"]);
  const corner = { x: 0, y: 0 };
  const atEdge = lensTiles(manifest, lensFrame({ x: 0, y: 0, scale: 0.25 }, corner, 1), lensBox(corner, 300), 0.25);
  assert.deepEqual(atEdge, [{ level: 12, x: 0, y: 0 }]);
});

test("lensTiles_wants_none_where_the_view_has_them", () => {
  const point = { x: 100, y: 100 };
  assert.deepEqual(lensTiles(manifest, lensFrame({ x: 0, y: 0, scale: 1 }, point, 2), lensBox(point, 300), 1), []);
});

test("lensSide_follows_the_frame_within_reason", () => {
  assert.equal(lensSide({ width: 300, height: 300 }), 200);
  assert.equal(lensSide({ width: 2560, height: 1400 }), 420);
});
