import assert from "node:assert/strict";
import { test } from "node:test";
import { BINS, CELLS, localContrast, shiftedValue } from "../../../../static/js/viewer/tools/local_contrast.js";

const window = { center: 2000, width: 2000, function: "LINEAR" };
/** 160 × 160: tissue around 1800 with a fine ripple in the left half, around 2400 in the right; air below. */
const values = new Uint16Array(160 * 160);
for (let y = 0; y < 120; y++) {
  for (let x = 0; x < 160; x++) values[y * 160 + x] = (x < 80 ? 1800 : 2400) + ((x * 7 + y * 13) % 41) * 2;
}
const contrast = localContrast({ values, width: 160, height: 160 }, window);
const at = (value, x, y, strength = 1) => shiftedValue(contrast, strength, value, x, y);

test("localContrast_spreads_small_differences_inside_a_cell", () => {
  assert.ok(at(1870, 0.2, 0.3) - at(1810, 0.2, 0.3) > 1.5 * 60);
});

test("localContrast_keeps_the_order_of_values", () => {
  for (let value = 1; value < 4095; value++) assert.ok(at(value, 0.2, 0.3) >= at(value - 1, 0.2, 0.3) - 1e-6);
});

test("localContrast_leaves_air_and_cells_without_tissue_alone", () => {
  assert.equal(at(0, 0.2, 0.3), 0);
  const [row, column] = [CELLS - 1, 3];
  const begin = (row * CELLS + column) * BINS;
  assert.ok(contrast.shifts.subarray(begin, begin + BINS).every((shift) => shift === 0));
});

test("localContrast_grows_with_its_strength_from_nothing", () => {
  assert.equal(at(1870, 0.2, 0.3, 0), 1870);
  const [half, full] = [at(1870, 0.2, 0.3, 0.5) - 1870, at(1870, 0.2, 0.3) - 1870];
  assert.ok(Math.abs(full - 2 * half) < 1e-6);
});

test("localContrast_of_nothing_is_null", () => {
  assert.equal(localContrast({ values: new Uint16Array(100), width: 10, height: 10 }, window), null);
});
