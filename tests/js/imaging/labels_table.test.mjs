import assert from "node:assert/strict";
import { test } from "node:test";

import { readLabels, splitLine } from "../../../static/js/imaging/labels_table.js";

test("a line with quotes, commas and doubled quotes is split", () => {
  assert.deepEqual(splitLine('a.png, "x, y","say ""so""",'), ["a.png", "x, y", 'say "so"', ""]);
});

test("known columns are kept by file name, others are left out", () => {
  const rows = readLabels("\ufefffile,birads,patient,density\r\na.png,4,canary,C\r\n\r\nb.png,,canary,A\r\n");
  assert.deepEqual(rows.get("a.png"), { birads: "4", density: "C" });
  assert.deepEqual(rows.get("b.png"), { density: "A" });
  assert.equal(rows.size, 2);
});

test("a table without the column file gives no labels", () => {
  assert.equal(readLabels("name,birads\na.png,4\n").size, 0);
  assert.equal(readLabels("").size, 0);
});
