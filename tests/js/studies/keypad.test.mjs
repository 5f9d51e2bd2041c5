import assert from "node:assert/strict";
import test from "node:test";

import { keyName } from "../../../static/js/lib/keys.js";
import { capOf, keypadFor } from "../../../static/js/studies/keypad.js";
import { QUESTIONS } from "./questions.mjs";

const combosOf = (bindings, question) => bindings.filter((b) => b.question === question).map((b) => b.combo);

test("the paper's protocol gets one key per answer and no key twice", () => {
  const bindings = keypadFor(QUESTIONS);
  assert.deepEqual(combosOf(bindings, "origin"), ["r", "s"]);
  assert.deepEqual(combosOf(bindings, "confidence"), ["1", "2", "3"]);
  assert.deepEqual(combosOf(bindings, "birads"), ["Shift+0", "Shift+1", "Shift+2", "Shift+3", "Shift+4", "Shift+5"]);
  assert.deepEqual(combosOf(bindings, "density"), ["Shift+a", "Shift+b", "Shift+c", "Shift+d"]);
  assert.deepEqual(combosOf(bindings, "marks"), ["t", "c"]);
  assert.equal(new Set(bindings.map((b) => b.combo)).size, bindings.length);
});

test("a question whose keys are all taken has none rather than an ambiguous one", () => {
  const again = [...QUESTIONS, { ...QUESTIONS[2], key: "second" }];
  assert.deepEqual(combosOf(keypadFor(again), "second"), []);
});

test("answers keep clear of the keys of the tools", () => {
  const [first] = QUESTIONS;
  const taken = keypadFor([{ ...first, options: first.options.map(({ value, label }) => ({ value, label })) }], ["r"]);
  assert.deepEqual(combosOf(taken, "origin"), ["Shift+r", "Shift+s"]);
});

test("a press of every key gives the name that its answer is bound to", () => {
  const press = (key, code, shiftKey = false) => keyName({ key, code, shiftKey });
  const names = new Set(keypadFor(QUESTIONS).map((b) => b.combo));
  const presses = [press("r", "KeyR"), press("R", "KeyR"), press("3", "Digit3"), press("#", "Digit3", true), press("C", "KeyC", true)];
  for (const name of presses) assert.ok(names.has(name), name);
});

test("key caps read as on the keyboard", () => {
  assert.deepEqual(["r", "Shift+3", "Shift+a", "Enter"].map(capOf), ["R", "\u21e73", "\u21e7A", "Enter"]);
});
