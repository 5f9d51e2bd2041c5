import assert from "node:assert/strict";
import { test } from "node:test";

import { compareUrl, countWords } from "../../../static/js/imaging/selection.js";

test("one picture is singular", () => {
  assert.equal(countWords(1), "1 picture selected");
  assert.equal(countWords(12), "12 pictures selected");
});

test("compareUrl_takes_two_to_four_pictures", () => {
  assert.equal(compareUrl("/compare/", ["a", "b"]), "/compare/?image=a&image=b");
  for (const tokens of [[], ["a"], ["a", "b", "c", "d", "e"]]) assert.equal(compareUrl("/compare/", tokens), "");
});
