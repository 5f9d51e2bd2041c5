import assert from "node:assert/strict";
import { test } from "node:test";
import { createRenewal } from "../../../static/js/viewer/renewal.js";

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A world with one growing picture of two loaded tiles. */
function world() {
  const handlers = {};
  const osd = { addHandler: (name, call) => (handlers[name] = call), forceRedraw: () => drawn.push("draw") };
  const [drawn, fetched, waiting] = [[], [], []];
  const manifest = { revisions: { "9/0_0": "a", "9/1_0": "a" } };
  const item = { source: { manifest, asked: new Map(Object.entries(manifest.revisions)) } };
  const fetcher = (_manifest, tile) => {
    fetched.push(`${tile.level}/${tile.x}_${tile.y}`);
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  };
  const renewal = createRenewal(osd, { picture: { item, manifest }, fetcher });
  const load = (x) => {
    const tile = { level: 9, x, y: 0, getCache: () => ({ setDataAs: async (values) => drawn.push(values) }) };
    handlers["tile-loaded"]({ tile, tiledImage: item });
    return tile;
  };
  return { handlers, drawn, fetched, waiting, manifest, item, renewal, load };
}

test("renewal_fetches_only_the_tiles_that_changed", async () => {
  const { renewal, load, fetched, waiting, drawn } = world();
  load(0);
  load(1);
  renewal.take({ "9/1_0": "b", "9/0_0": "a", "8/0_0": "z" });
  waiting[0].resolve("new");
  await settled();
  assert.deepEqual(fetched, ["9/1_0"]);
  assert.deepEqual(drawn, ["new", "draw"]);
});

test("renewal_fetches_a_tile_once_more_when_it_changed_on_its_way", async () => {
  const { renewal, load, fetched, waiting } = world();
  load(0);
  renewal.take({ "9/0_0": "b" });
  renewal.take({ "9/0_0": "c" });
  renewal.take({ "9/0_0": "d" });
  waiting[0].resolve("b or later");
  await settled();
  waiting[1].resolve("d");
  await settled();
  assert.deepEqual(fetched, ["9/0_0", "9/0_0"]);
});

test("renewal_takes_up_a_tile_that_changed_while_it_was_first_loaded", async () => {
  const { renewal, load, fetched } = world();
  renewal.take({ "9/0_0": "b" });
  load(0);
  assert.deepEqual(fetched, ["9/0_0"]);
});

test("renewal_leaves_a_tile_that_left_the_cache", async () => {
  const { renewal, load, waiting, handlers, drawn } = world();
  const tile = load(0);
  renewal.take({ "9/0_0": "b" });
  handlers["tile-unloaded"]({ tile });
  waiting[0].resolve("new");
  await settled();
  assert.deepEqual(drawn, []);
});

test("renewal_asks_again_at_the_next_change_after_a_failure", async () => {
  const { renewal, load, fetched, waiting } = world();
  load(0);
  renewal.take({ "9/0_0": "b" });
  waiting[0].reject(new Error("away"));
  await settled();
  renewal.take({});
  assert.deepEqual(fetched, ["9/0_0", "9/0_0"]);
});
