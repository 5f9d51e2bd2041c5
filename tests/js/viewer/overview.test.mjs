import assert from "node:assert/strict";
import { test } from "node:test";
import { airLimit, createOverview, hasTissue, tissueWindow, wallShare } from "../../../static/js/viewer/overview.js";

/** 10 × 10: the left half is tissue of 1000 to 1049, the right half is air. */
const half = {
  width: 10,
  height: 10,
  values: Uint16Array.from({ length: 100 }, (_, i) => (i % 10 < 5 ? 1000 + Math.floor(i / 10) * 5 + (i % 10) : 0)),
};

test("tissueWindow_spans_the_tissue_and_leaves_air_out", () => {
  assert.deepEqual(tissueWindow(half), { center: 1025, width: 49, function: "LINEAR" });
  assert.equal(tissueWindow({ width: 2, height: 2, values: new Uint16Array(4) }), null);
});

test("hasTissue_tells_a_part_of_air_from_one_of_the_breast", () => {
  const limit = airLimit(half);
  assert.equal(hasTissue(half, limit, { left: 0.6, top: 0, right: 1, bottom: 1 }), false);
  assert.equal(hasTissue(half, limit, { left: 0.3, top: 0, right: 1, bottom: 0.5 }), true);
});

test("overview_is_fetched_once_and_again_after_a_failure", async () => {
  let asked = 0;
  const fetcher = async () => {
    asked++;
    if (asked === 1) throw new Error("503");
    return half;
  };
  const overviewOf = createOverview({ fetcher });
  const manifest = { minLevel: 9 };
  await assert.rejects(overviewOf(manifest));
  assert.equal(await overviewOf(manifest), half);
  assert.equal(await overviewOf(manifest), half);
  assert.equal(asked, 2);
});

test("wallShare_is_where_the_breast_begins", () => {
  assert.equal(wallShare(half), 0);
  const values = half.values.map((_, i) => (i % 10 >= 3 ? 1000 : 0));
  assert.equal(wallShare({ ...half, values }), 0.3);
  assert.equal(wallShare({ ...half, values: new Uint16Array(100) }), 0);
});
