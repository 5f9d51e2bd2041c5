import assert from "node:assert/strict";
import { test } from "node:test";

import { colored, rgbOf, statusWords } from "../../../static/js/generation/map_colors.js";

const gray = (...values) => Uint8ClampedArray.from(values.flatMap((value) => [value, value, value, 255]));
const alphas = (pixels) => [...pixels].filter((_, index) => index % 4 === 3);

test("what lies at or below the threshold is clear", () => {
  const found = colored(gray(0, 50, 128, 255), [255, 150, 40], 0.5);
  assert.deepEqual(alphas(found).map((alpha) => alpha > 0), [false, false, true, true]);
  assert.deepEqual([...found.slice(12, 15)], [255, 150, 40]);
});

test("without a threshold nothing stays clear but zero", () => {
  assert.deepEqual(alphas(colored(gray(0, 1), [1, 2, 3], 0)).map(Boolean), [false, true]);
});

test("a higher value is less clear", () => {
  const [low, high] = alphas(colored(gray(100, 200), [1, 2, 3], 0.1));
  assert.ok(low < high);
});

test("a color is read from its token", () => assert.deepEqual(rgbOf(" #ff9628"), [255, 150, 40]));

test("a message of the server wins over the state's name", () => {
  const state = { state: "failed", stateName: "Failed", message: "No breast.", cancelling: false };
  assert.equal(statusWords(state), "No breast.");
  assert.equal(statusWords({ ...state, message: "", state: "finished" }), "");
  assert.equal(statusWords({ ...state, message: "", state: "running" }), "Searching");
});
