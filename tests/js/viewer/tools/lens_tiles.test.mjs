import assert from "node:assert/strict";
import { test } from "node:test";
import { createLensTiles } from "../../../../static/js/viewer/tools/lens_tiles.js";

const drawer = () => {
  const freed = [];
  return { freed, internalCacheCreate: ({ data }) => ({ of: data }), internalCacheFree: (data) => data && freed.push(data.of) };
};
const tile = (x) => ({ level: 3, x, y: 0 });
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("lensTiles_asks_once_and_draws_when_it_came", async () => {
  let come = 0;
  let asked = 0;
  const tiles = createLensTiles({ onCome: () => come++, fetcher: async (_manifest, { x }) => (asked++, `values ${x}`) });
  const [d, manifest] = [drawer(), {}];
  assert.deepEqual(tiles.take(d, manifest, [tile(0)]), []);
  assert.deepEqual(tiles.take(d, manifest, [tile(0)]), []);
  await settled();
  assert.deepEqual([asked, come], [1, 1]);
  assert.deepEqual(tiles.take(d, manifest, [tile(0)]).map(({ data }) => data.of), ["values 0"]);
});

test("lensTiles_keeps_the_last_and_frees_the_rest", async () => {
  const tiles = createLensTiles({ onCome: () => {}, fetcher: async (_manifest, { x }) => `v${x}` });
  const [d, manifest] = [drawer(), {}];
  for (let x = 0; x < 30; x++) {
    tiles.take(d, manifest, [tile(x)]);
    await settled();
    tiles.take(d, manifest, [tile(x)]);
  }
  assert.deepEqual(d.freed, ["v0", "v1", "v2", "v3", "v4", "v5"]);
  tiles.clear();
  assert.equal(d.freed.length, 30);
});

test("lensTiles_makes_its_tiles_again_for_another_drawer", async () => {
  const tiles = createLensTiles({ onCome: () => {}, fetcher: async () => "values" });
  const [lost, next, manifest] = [drawer(), drawer(), {}];
  tiles.take(lost, manifest, [tile(0)]);
  await settled();
  tiles.take(lost, manifest, [tile(0)]);
  assert.equal(tiles.take(next, manifest, [tile(0)]).length, 1);
  assert.deepEqual(lost.freed, []); // it went with its context
});
