/**
 * Which key gives which answer. A plain key where it is free, Shift with the key where another question
 * or a tool has it: one rule for a whole question, so a key never depends on what has the focus.
 *
 * @typedef {{combo: string, question: string, value: string|number}} Binding
 */

/** Keys of the room itself and of the viewer in the room; answers keep clear of them. */
export const TOOL_KEYS = ["t", "c", "h", "i", "f", "m", "q", "w", "e", "d", "space", "enter", "?"];

/** Return the plain key of an option: its own single character, else the first letter of its label. @param {{value: string|number, label: string}} option */
function plainKey({ value, label }) {
  const own = String(value);
  return (own.length === 1 ? own : label[0]).toLowerCase();
}

/**
 * Return the key of every option of every question.
 * @param {import("./trial_flow.js").Question[]} questions in the order of the rail
 * @param {string[]} [taken] keys that answers may not have
 * @returns {Binding[]}
 */
export function keypadFor(questions, taken = TOOL_KEYS) {
  const used = new Set(taken);
  const bindings = [];
  for (const question of questions) {
    const plain = question.options.map(plainKey);
    const free = (keys) => new Set(keys).size === keys.length && keys.every((key) => !used.has(key));
    const shifted = plain.map((key) => `shift+${key}`);
    const combos = [plain, shifted].find(free) ?? [];
    combos.forEach((combo, i) => {
      used.add(combo);
      bindings.push({ combo, question: question.key, value: question.options[i].value });
    });
  }
  return bindings;
}

/**
 * Return the combo of a key event, as `r`, `3`, `shift+3`, `enter`, `space`, `?`; "" for chords of the system.
 * Digits go by their place on the keyboard, so Shift and other layouts do not change them.
 * @param {Pick<KeyboardEvent, "key"|"code"|"shiftKey"|"ctrlKey"|"metaKey"|"altKey">} event
 */
export function comboOf(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return "";
  if (event.key === "?") return "?";
  const digit = /^Digit(\d)$/.exec(event.code) ?? /^(\d)$/.exec(event.key);
  const latin = /^[a-z]$/i.test(event.key) ? event.key : /^Key([A-Z])$/.exec(event.code)?.[1];
  const name = digit?.[1] ?? latin?.toLowerCase() ?? (event.key === " " ? "space" : event.key.toLowerCase());
  return event.shiftKey ? `shift+${name}` : name;
}

/** Return a combo as the words of a key cap: `R`, `⇧ 3`, `Enter`. @param {string} combo */
export function capOf(combo) {
  const [key, shift] = combo.split("+").reverse();
  const name = key.length === 1 ? key.toUpperCase() : key[0].toUpperCase() + key.slice(1);
  return shift ? `\u21e7 ${name}` : name;
}
