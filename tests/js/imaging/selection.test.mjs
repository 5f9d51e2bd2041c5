import assert from "node:assert/strict";
import { test } from "node:test";

import { countWords } from "../../../static/js/imaging/selection.js";

test("one picture is singular", () => {
  assert.equal(countWords(1), "1 picture selected");
  assert.equal(countWords(12), "12 pictures selected");
});
