/**
 * Which key gives which answer. A plain key where it is free, Shift with the key where another question
 * or a tool has it: one rule for a whole question, so a key never depends on what has the focus.
 *
 * @typedef {{combo: string, question: string, value: string|number}} Binding
 */

/** Keys of the room itself and of the viewer in the room; answers keep clear of them. */
export const TOOL_KEYS = ["h", "i", "f", "q", "w", "e", "d", "m", "x", "z", "Shift+z", "Space", "Enter", "?"];

/** Return the plain key of an option: the protocol's, its own single character, or its label's first letter. @param {import("./trial_flow.js").Option} option */
function plainKey({ key, value, label }) {
  const own = String(value);
  return (key ?? (own.length === 1 ? own : label[0])).toLowerCase();
}

/**
 * Return the key of every option of every question. Keys that the protocol names come first.
 * @param {import("./trial_flow.js").Question[]} questions in the order of the rail
 * @param {string[]} [taken] keys that answers may not have
 * @returns {Binding[]}
 */
export function keypadFor(questions, taken = TOOL_KEYS) {
  const used = new Set(taken);
  const named = (question) => question.options.every((option) => option.key);
  const inOrder = questions.filter((question) => question.options).sort((a, b) => Number(named(b)) - Number(named(a)));
  const bindings = [];
  for (const question of inOrder) {
    const plain = question.options.map(plainKey);
    const free = (keys) => new Set(keys).size === keys.length && keys.every((key) => !used.has(key));
    const combos = [plain, plain.map((key) => `Shift+${key}`)].find(free) ?? [];
    combos.forEach((combo, i) => {
      used.add(combo);
      bindings.push({ combo, question: question.key, value: question.options[i].value });
    });
  }
  return bindings;
}

/** Return a key's name as its cap in the rail: `R`, `\u21e73`, `Enter`. @param {string} combo as `lib/keys` names it */
export function capOf(combo) {
  const key = combo.replace("Shift+", "");
  return (key === combo ? "" : "\u21e7") + (key.length === 1 ? key.toUpperCase() : key);
}
