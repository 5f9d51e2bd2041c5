import assert from "node:assert/strict";
import { test } from "node:test";
import { createKeys, isTyping, keyName } from "../../../static/js/lib/keys.js";
import { keyLabel } from "../../../static/js/lib/key_card.js";

const press = (key, facts = {}) => ({ key, target: null, preventDefault() { this.prevented = true; }, ...facts });

function sample(store) {
  const ran = [];
  const action = (id, keys, extra = {}) => ({ label: id, keys, run: () => ran.push(id), ...extra });
  const keys = createKeys(
    { fit: action("fit", ["f"]), invert: action("invert", ["i"]), left: action("left", ["ArrowLeft"], { repeat: true }), help: action("help", ["?"], { fixed: true }) },
    { store },
  );
  return { keys, ran };
}

test("keyName_names_letters_digits_and_shift", () => {
  assert.equal(keyName({ key: "R" }), "r");
  assert.equal(keyName({ key: "R", shiftKey: true }), "Shift+r");
  assert.equal(keyName({ key: "@", code: "Digit2", shiftKey: true }), "Shift+2");
  assert.equal(keyName({ key: "é", code: "Digit2" }), "2");
  assert.equal(keyName({ key: "2", code: "Numpad2" }), "2");
  assert.equal(keyName({ key: "End", code: "Numpad1" }), "End");
  assert.equal(keyName({ key: "?", shiftKey: true }), "?");
  assert.equal(keyName({ key: " " }), "Space");
  assert.equal(keyName({ key: "ArrowUp", shiftKey: true }), "Shift+ArrowUp");
  assert.equal(keyName({ key: "c", ctrlKey: true }), "Ctrl+c");
});

test("handle_runs_the_action_once_and_prevents_the_default", () => {
  const { keys, ran } = sample();
  const event = press("f");
  assert.equal(keys.handle(event), true);
  assert.equal(event.prevented, true);
  keys.handle(press("f", { repeat: true }));
  keys.handle(press("ArrowLeft", { repeat: true }));
  assert.deepEqual(ran, ["fit", "left"]);
});

test("handle_leaves_text_fields_modifiers_and_handled_events_alone", () => {
  const { keys, ran } = sample();
  keys.handle(press("f", { target: { tagName: "INPUT", type: "text" } }));
  keys.handle(press("f", { target: { tagName: "DIV", isContentEditable: true } }));
  keys.handle(press("f", { ctrlKey: true }));
  keys.handle(press("f", { defaultPrevented: true }));
  keys.enable(false);
  keys.handle(press("f"));
  assert.deepEqual(ran, []);
});

test("isTyping_is_false_for_a_radio_button", () => {
  assert.equal(isTyping({ tagName: "INPUT", type: "radio" }), false);
  assert.equal(isTyping({ tagName: "TEXTAREA" }), true);
});

test("change_moves_a_key_and_keeps_it", () => {
  let kept = null;
  const store = { read: (fallback) => kept ?? fallback, write: (value) => { kept = structuredClone(value); }, clear: () => { kept = null; } };
  const { keys, ran } = sample(store);
  assert.equal(keys.change("fit", "i"), "invert");
  keys.handle(press("i"));
  assert.deepEqual(ran, ["fit"]);
  assert.deepEqual(keys.keysOf("invert"), []);
  assert.deepEqual(sample(store).keys.keysOf("fit"), ["i"]);
  keys.restore();
  assert.deepEqual(keys.keysOf("invert"), ["i"]);
});

test("change_refuses_a_fixed_key", () => {
  const { keys } = sample();
  assert.throws(() => keys.change("fit", "?"), /can't be given/);
  assert.throws(() => keys.change("help", "h"), /Expected an action/);
});

test("keyLabel_prints_keys_as_people_know_them", () => {
  assert.equal(keyLabel("Shift+2"), "Shift 2");
  assert.equal(keyLabel("ArrowLeft"), "←");
  assert.equal(keyLabel("f"), "F");
  assert.equal(keyLabel("+"), "+");
});
