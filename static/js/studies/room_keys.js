/** The room's keys: answers, findings, the picture, Next. All of them can be changed on the card. */
import { createKeys } from "../lib/keys.js";
import { capOf, keypadFor } from "./keypad.js";

const idOf = (question, value) => `${question}.${value}`;

/**
 * Return the keys of a protocol.
 * @param {import("./trial_flow.js").Question[]} questions
 * @param {object} options
 * @param {Record<string, import("../lib/keys.js").Action>} options.tools the room's and the picture's own actions
 * @param {(question: import("./trial_flow.js").Question, value: string|number) => void} options.onChoice
 * @param {{read: Function, write: Function, clear: Function}} options.store
 * @param {() => void} options.onRemap the caps in the rail are to be drawn again
 */
export function createRoomKeys(questions, { tools, onChoice, store, onRemap }) {
  const bindings = new Map(keypadFor(questions).map((b) => [idOf(b.question, b.value), b.combo]));
  /** @type {Record<string, import("../lib/keys.js").Action>} */
  const actions = {};
  for (const question of questions) {
    for (const option of question.options ?? []) {
      const id = idOf(question.key, option.value);
      const combo = bindings.get(id);
      const label = option.label.length === 1 ? `${question.label} ${option.label}` : option.label;
      actions[id] = { label, keys: combo ? [combo] : [], group: question.label, run: () => onChoice(question, option.value) };
    }
  }
  const watched = {
    ...store,
    write: (changed) => (store.write(changed), onRemap()),
    clear: () => (store.clear(), onRemap()),
  };
  const keys = createKeys({ ...actions, ...tools }, { store: watched });
  return {
    keys,
    /** @param {string} question @param {string|number} value */
    capFor(question, value) {
      const [combo] = keys.keysOf(idOf(question, value));
      return combo ? capOf(combo) : "";
    },
  };
}
