import assert from "node:assert/strict";
import { test } from "node:test";
import { scaleBar } from "../../../static/js/viewer/scale_bar.js";

test("scaleBar_takes_the_longest_round_length_that_fits", () => {
  assert.deepEqual(scaleBar([0.1, 0.1], 0.25), { mm: 50, px: 125, text: "5 cm" });
  assert.deepEqual(scaleBar([0.1, 0.1], 1), { mm: 10, px: 100, text: "1 cm" });
  assert.deepEqual(scaleBar([0.1, 0.1], 8), { mm: 1, px: 80, text: "1 mm" });
});

test("scaleBar_measures_along_the_columns", () => {
  assert.equal(scaleBar([0.5, 0.1], 1).px, 100);
});

test("scaleBar_says_approximate_for_the_detector_plane", () => {
  assert.equal(scaleBar([0.1, 0.1], 1, { kind: "detector plane" }).text, "approx. 1 cm");
  assert.equal(scaleBar([0.1, 0.1], 1, { kind: "calibrated" }).text, "1 cm");
});

test("scaleBar_is_absent_without_spacing", () => {
  assert.equal(scaleBar(null, 1), null);
  assert.equal(scaleBar([0, 0], 1), null);
});
