import assert from "node:assert/strict";
import { test } from "node:test";
import { checkedWindow, draggedWindow, windowTable } from "../../../static/js/viewer/lut.js";

test("windowTable_linear_follows_dicom_at_its_corners", () => {
  // PS3.3 C.11.2.1.2: c = 2048, w = 4096 maps 0 to 0 and 4095 to 255.
  const table = windowTable({ center: 2048, width: 4096 });
  assert.deepEqual([table[0], table[4095], table[65535]], [0, 255, 255]);
  assert.equal(table[2047], Math.floor((255 * 2047) / 4095 + 0.5));
  for (let i = 1; i < 65536; i++) assert.ok(table[i] >= table[i - 1]);
});

test("windowTable_linear_of_width_one_is_a_step", () => {
  const table = windowTable({ center: 100, width: 1 });
  assert.deepEqual([table[99], table[100]], [0, 255]);
});

test("windowTable_linear_exact_is_half_at_its_center", () => {
  const table = windowTable({ center: 1000, width: 200, function: "LINEAR_EXACT" });
  assert.deepEqual([table[900], table[1000], table[1100]], [0, 128, 255]);
});

test("windowTable_sigmoid_is_half_at_its_center_and_symmetric", () => {
  const table = windowTable({ center: 1000, width: 400, function: "SIGMOID" });
  assert.equal(table[1000], 128);
  assert.equal(table[1100], Math.floor(255 / (1 + Math.exp(-1)) + 0.5));
  assert.ok(Math.abs(table[900] + table[1100] - 255) <= 1);
});

test("windowTable_inverted_is_the_mirror_and_may_keep_air_black", () => {
  const plain = windowTable({ center: 2048, width: 4096, function: "LINEAR" });
  const inverted = windowTable({ center: 2048, width: 4096 }, { inverted: true });
  for (let i = 0; i < 65536; i++) assert.ok(Math.abs(plain[i] + inverted[i] - 255) <= 1);
  assert.equal(inverted[0], 255);
  assert.equal(windowTable({ center: 2048, width: 4096 }, { inverted: true, airBlack: true })[0], 0);
});

test("windowTable_writes_into_the_table_it_is_given", () => {
  const out = new Uint8Array(65536);
  assert.equal(windowTable({ center: 1, width: 2 }, { out }), out);
});

test("checkedWindow_names_what_is_wrong", () => {
  assert.deepEqual(checkedWindow({ center: 5, width: 2 }), { center: 5, width: 2, function: "LINEAR" });
  assert.throws(() => checkedWindow({ center: 5, width: 0 }), /width of at least 1, got 0/);
  assert.throws(() => checkedWindow({ center: NaN, width: 2 }), /center, got NaN/);
  assert.throws(() => checkedWindow({ center: 5, width: 2, function: "CUBIC" }), /got CUBIC/);
  assert.equal(checkedWindow({ center: 5, width: 0.5, function: "SIGMOID" }).width, 0.5);
});

test("draggedWindow_widens_to_the_right_and_brightens_upwards", () => {
  const start = { center: 2000, width: 1000, function: "LINEAR" };
  assert.deepEqual(draggedWindow(start, 0, 0), start);
  assert.ok(draggedWindow(start, 50, 0).width > 1000);
  assert.ok(draggedWindow(start, -50, 0).width < 1000);
  assert.ok(draggedWindow(start, 0, -50).center < 2000);
  assert.equal(draggedWindow(start, -1e6, 0).width, 1);
});

test("gamma_lifts_the_dark_grays_and_leaves_both_ends", () => {
  const window = { center: 128, width: 256, function: "LINEAR_EXACT" };
  const [straight, lifted] = [windowTable(window), windowTable(window, { gamma: 2 })];
  assert.deepEqual([lifted[0], lifted[256]], [straight[0], straight[256]]);
  assert.equal(lifted[64], Math.floor(255 * Math.sqrt(0.25) + 0.5));
});
