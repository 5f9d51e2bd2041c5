import assert from "node:assert/strict";
import { test } from "node:test";
import { frameStarts, walkGrid } from "../../../../static/js/viewer/tools/walk_grid.js";

test("frameStarts_cover_the_length_with_a_tenth_of_overlap", () => {
  for (const [length, frame] of [[3840, 1100], [3062, 860], [1001, 1000], [2000, 1000]]) {
    const starts = frameStarts(length, frame);
    assert.equal(starts[0], 0);
    assert.equal(starts.at(-1) + frame, length);
    for (let i = 1; i < starts.length; i++) assert.ok(starts[i] - starts[i - 1] <= 0.9 * frame + 1);
  }
  assert.deepEqual(frameStarts(800, 1000), [0]);
});

test("walkGrid_goes_there_and_back", () => {
  const { columns, rows, parts } = walkGrid({ width: 1800, height: 1800 }, { width: 1000, height: 1000 }, null);
  assert.deepEqual([columns, rows], [2, 2]);
  assert.deepEqual(parts.map(({ column, row }) => [column, row]), [[0, 0], [1, 0], [1, 1], [0, 1]]);
});

test("walkGrid_leaves_out_parts_of_air_only", () => {
  const values = Uint16Array.from({ length: 100 }, (_, i) => (i % 10 < 5 ? 1000 : 0));
  const { parts } = walkGrid({ width: 1900, height: 1900 }, { width: 1000, height: 1000 }, { values, width: 10, height: 10 });
  assert.deepEqual(parts.map(({ column, row }) => [column, row]), [[0, 0], [1, 0], [1, 1], [0, 1]]);
  const far = walkGrid({ width: 2900, height: 900 }, { width: 1000, height: 1000 }, { values, width: 10, height: 10 });
  assert.deepEqual(far.parts.map(({ column }) => column), [0, 1, 2]);
});
