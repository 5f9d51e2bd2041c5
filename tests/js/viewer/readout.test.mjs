import assert from "node:assert/strict";
import { test } from "node:test";
import { windowText, zoomText } from "../../../static/js/viewer/readout.js";

test("zoomText_says_1_to_1_only_when_it_is", () => {
  assert.equal(zoomText(1.0000000001), "1:1");
  assert.equal(zoomText(1.004), "100 %");
  assert.equal(zoomText(0.257), "26 %");
  assert.equal(zoomText(0.0512), "5.1 %");
});

test("windowText_prints_width_level_and_inversion", () => {
  assert.equal(windowText({ center: 2040.4, width: 1200 }, false), "W 1200 L 2040");
  assert.equal(windowText({ center: 2040, width: 1200 }, true), "W 1200 L 2040 inverted");
});

test("windowText_names_what_else_changes_the_grays", () => {
  const text = windowText({ center: 10, width: 20 }, true, { gamma: 1.2, contrast: 0.5 });
  assert.equal(text, "W 20 L 10 γ 1.2 inverted local contrast 50 %");
});
