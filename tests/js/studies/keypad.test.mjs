import assert from "node:assert/strict";
import test from "node:test";

import { capOf, comboOf, keypadFor } from "../../../static/js/studies/keypad.js";
import { QUESTIONS } from "./questions.mjs";

const press = (key, code, more = {}) => comboOf({ key, code, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });
const combosOf = (bindings, question) => bindings.filter((b) => b.question === question).map((b) => b.combo);

test("the paper's protocol gets one key per answer and no key twice", () => {
  const bindings = keypadFor(QUESTIONS);
  assert.deepEqual(combosOf(bindings, "origin"), ["r", "s"]);
  assert.deepEqual(combosOf(bindings, "confidence"), ["1", "2", "3"]);
  assert.deepEqual(combosOf(bindings, "birads"), ["shift+0", "shift+1", "shift+2", "shift+3", "shift+4", "shift+5"]);
  assert.deepEqual(combosOf(bindings, "density"), ["shift+a", "shift+b", "shift+c", "shift+d"]);
  assert.equal(new Set(bindings.map((b) => b.combo)).size, bindings.length);
});

test("a question whose keys are all taken has none rather than an ambiguous one", () => {
  const again = [...QUESTIONS, { ...QUESTIONS[2], key: "second" }];
  assert.deepEqual(combosOf(keypadFor(again), "second"), []);
});

test("digits go by their place on the keyboard", () => {
  assert.equal(press("1", "Digit1"), "1");
  assert.equal(press("!", "Digit1", { shiftKey: true }), "shift+1");
  assert.equal(press("&", "Digit1"), "1"); // French layout
  assert.equal(press("3", "Numpad3"), "3");
  assert.equal(press("End", "Numpad1"), "end"); // number lock off
});

test("letters ignore caps lock and other scripts", () => {
  assert.equal(press("R", "KeyR"), "r");
  assert.equal(press("R", "KeyR", { shiftKey: true }), "shift+r");
  assert.equal(press("к", "KeyR"), "r");
});

test("chords of the browser are left alone", () => {
  assert.equal(press("r", "KeyR", { ctrlKey: true }), "");
  assert.equal(press("r", "KeyR", { metaKey: true }), "");
});

test("named keys and key caps read as on the keyboard", () => {
  assert.equal(press(" ", "Space"), "space");
  assert.equal(press("?", "Slash", { shiftKey: true }), "?");
  assert.equal(capOf("r"), "R");
  assert.equal(capOf("shift+3"), "⇧ 3");
  assert.equal(capOf("enter"), "Enter");
});
