import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";

import { canonicalJson } from "../../../static/js/studies/canonical_json.js";
import { sha256 } from "../../../static/js/studies/sha256.js";

test("keys are sorted at every depth and nothing is spaced", () => {
  const value = { b: [1, { z: null, a: true }], a: "é\n" };
  assert.equal(canonicalJson(value), '{"a":"é\\n","b":[1,{"a":true,"z":null}]}');
});

test("numbers are spelled as RFC 8785 spells them", () => {
  assert.equal(canonicalJson([1.0, -0, 1e21, 1e-7, 0.1, 123456.789]), "[1,0,1e+21,1e-7,0.1,123456.789]");
});

test("a value that JSON can't carry exactly is refused", () => {
  for (const value of [undefined, NaN, Infinity, { a: undefined }, () => 0]) {
    assert.throws(() => canonicalJson(value), TypeError);
  }
});

test("SHA-256 gives the published digests", () => {
  // FIPS 180-4 examples
  assert.equal(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assert.equal(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("SHA-256 agrees with the platform around every block edge", () => {
  for (let length = 0; length < 200; length++) {
    const text = "aé€𝄞".repeat(length).slice(0, length);
    assert.equal(sha256(text), createHash("sha256").update(text, "utf8").digest("hex"), `length ${length}`);
  }
});
