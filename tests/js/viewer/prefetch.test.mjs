import assert from "node:assert/strict";
import { test } from "node:test";
import { createPrefetch } from "../../../static/js/viewer/prefetch.js";

const manifest = { tiles: "/t/a", width: 2048, height: 2048, tileSize: 512, overlap: 1, minLevel: 9, maxLevel: 11, window: { center: 1, width: 2 } };
const frame = () => ({ width: 1024, height: 1024 });

test("prefetch_asks_for_the_tiles_of_the_first_view_coarse_first", async () => {
  const asked = [];
  const fetcher = async (url) => (asked.push(url), new Response("x"));
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
