import assert from "node:assert/strict";
import { test } from "node:test";
import { decodePlanes } from "../../../static/js/viewer/codec.js";

/** The encoder of `webapp.imaging.pyramid.codec`, in this language. */
function encodePlanes(values, width, height) {
  const count = width * height;
  const bytes = new Uint8Array(2 * count);
  for (let i = 0; i < count; i++) {
    const before = i % width ? values[i - 1] : i ? values[i - width] : 0;
    const residual = ((values[i] - before) << 16) >> 16;
    const zigzag = ((residual << 1) ^ (residual >> 15)) & 65535;
    bytes[i] = zigzag & 255;
    bytes[count + i] = zigzag >> 8;
  }
  return bytes;
}

const shuffled = (count) => {
  const values = Uint16Array.from({ length: count }, (_, i) => i);
  let state = 12345;
  for (let i = count - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = state % (i + 1);
    [values[i], values[j]] = [values[j], values[i]];
  }
  return values;
};

test("decodePlanes_returns_all_65536_values_in_any_order", () => {
  const ramp = Uint16Array.from({ length: 65536 }, (_, i) => i);
  for (const values of [ramp, ramp.toReversed(), shuffled(65536)]) {
    assert.deepEqual(decodePlanes(encodePlanes(values, 256, 256), 256, 256), values);
  }
});

for (const [width, height] of [[1, 1], [1, 7], [7, 1], [513, 3], [3, 514]]) {
  test(`decodePlanes_keeps_a_tile_of_${width}_by_${height}`, () => {
    const values = shuffled(width * height).map((value) => value * 40503);
    assert.deepEqual(decodePlanes(encodePlanes(values, width, height), width, height), values);
  });
}

test("decodePlanes_refuses_a_short_body", () => {
  assert.throws(() => decodePlanes(new Uint8Array(7), 2, 2), /Expected 8 bytes for 2 × 2 px, got 7/);
});

test("decodePlanes_undoes_a_tile_of_the_python_encoder", () => {
  // encode_planes(np.array([[0, 65535, 1], [4096, 4095, 4097]], np.uint16))
  const bytes = Uint8Array.from([0, 1, 4, 0, 1, 4, 0, 0, 0, 32, 0, 0]);
  assert.deepEqual([...decodePlanes(bytes, 3, 2)], [0, 65535, 1, 4096, 4095, 4097]);
});
