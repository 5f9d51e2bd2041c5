import assert from "node:assert/strict";
import { test } from "node:test";
import { NEARLY_BLACK, NEARLY_WHITE, testPattern } from "../../../../static/js/viewer/display/pattern.js";

const [width, height] = [1111, 777];

/** Paint into an array. */
function painted() {
  const screen = new Uint8Array(width * height);
  for (const patch of testPattern(width, height)) {
    for (const value of [patch.x, patch.y, patch.width, patch.height, patch.gray]) assert.ok(Number.isInteger(value));
    assert.ok(patch.x >= 0 && patch.y >= 0 && patch.x + patch.width <= width && patch.y + patch.height <= height);
    for (let y = patch.y; y < patch.y + patch.height; y++) screen.fill(patch.gray, y * width + patch.x, y * width + patch.x + patch.width);
  }
  return screen;
}

test("testPattern_shows_every_gray_on_whole_pixels_inside_the_screen", () => {
  assert.equal(new Set(painted()).size, 256);
});

test("testPattern_has_nearly_black_in_black_and_nearly_white_in_white", () => {
  const patches = testPattern(width, height);
  for (const [inner, field] of [[NEARLY_BLACK, 0], [NEARLY_WHITE, 255]]) {
    const at = patches.findIndex(({ gray, width: w, height: h }) => gray === inner && w === h && w > 20);
    assert.equal(patches[at - 1].gray, field);
    assert.ok(patches[at - 1].width > patches[at].width);
  }
});

test("testPattern_has_lines_of_one_pixel_in_the_corners", () => {
  const screen = painted();
  for (const x of [0, width - 64]) {
    for (const y of [0, height - 64]) {
      const row = [...screen.subarray(y * width + x, y * width + x + 6)];
      assert.deepEqual(row, [255, 0, 255, 0, 255, 0]);
    }
  }
});
