import assert from "node:assert/strict";
import { test } from "node:test";
import { tileFootprint } from "../../../static/js/viewer/tile_geometry.js";
import { createPrefetch } from "../../../static/js/viewer/prefetch.js";

const manifest = { tiles: "/t/a", width: 2048, height: 2048, tileSize: 512, overlap: 1, minLevel: 9, maxLevel: 11, window: { center: 1, width: 2 } };
const bytesOf = (url) => {
  const [level, x, y] = url.match(/(\d+)\/(\d+)_(\d+)$/).slice(1).map(Number);
  const { width, height } = tileFootprint(manifest, level, x, y);
  return 2 * width * height;
};
const frame = () => ({ width: 1024, height: 1024 });

test("prefetch_asks_for_the_tiles_of_the_first_view_coarse_first", async () => {
  const asked = [];
  const fetcher = async (url) => (asked.push(url), new Response(new Uint8Array(bytesOf(url))));
  const come = await createPrefetch(frame, { fetcher }).start(manifest);
  assert.equal(come, 4 + 16);
  assert.equal(asked[0], "/t/a/10/0_0"); // level 9 is never drawn in a view of this size
  assert.equal(new Set(asked).size, asked.length);
});

test("prefetch_stops_and_survives_failures", async () => {
  const asked = [];
  const prefetch = createPrefetch(frame, {
    fetcher: async (url) => {
      asked.push(url);
      if (asked.length === 3) prefetch.stop();
      throw new TypeError("offline");
    },
  });
  assert.equal(await prefetch.start(manifest), 0);
  assert.ok(asked.length < 10);
});

test("a_tile_that_came_is_taken_once_and_a_short_one_never", async () => {
  const fetcher = async (url) => new Response(new Uint8Array(url.endsWith("10/0_0") ? 7 : bytesOf(url)));
  const prefetch = createPrefetch(frame, { fetcher });
  assert.equal(await prefetch.start(manifest), 3 + 16);
  assert.equal(prefetch.take("/t/a/10/0_0"), undefined);
  assert.equal(prefetch.take("/t/a/10/1_0").values.length, 513 * 513);
  assert.equal(prefetch.take("/t/a/10/1_0"), undefined);
});
