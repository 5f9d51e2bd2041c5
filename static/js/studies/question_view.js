/** One question of the rail: large choices in a fixed place, each with its key. */
import { element } from "./element.js";

/** Cells in one row when every label is one character, else one choice under the other. @param {import("./trial_flow.js").Question} question */
const isRow = (question) => question.options.every((option) => option.label.length === 1);

/** `⇧0–5` for a whole row. @param {string[]} caps */
const rangeOf = (caps) => (caps.length > 1 ? `${caps[0]}–${caps.at(-1).replace("\u21e7", "")}` : caps.join(""));

/**
 * Return the view of a choice question.
 * @param {import("./trial_flow.js").Question} question
 * @param {object} options
 * @param {(question: string, value: string|number) => string} options.capFor the key's cap, "" without one
 * @param {(value: string|number) => void} options.onAnswer
 */
export function createQuestionView(question, { capFor, onAnswer }) {
  const row = isRow(question);
  const caps = question.options.map((option) => capFor(question.key, option.value));
  const inputs = question.options.map((option, i) => inputOf(question, option, caps[i], onAnswer));
  const faces = question.options.map((option, i) => {
    const label = element("span", { class: "choice-label" }, option.label);
    const cap = row || !caps[i] ? [] : [element("kbd", { class: "key" }, caps[i])];
    return element("label", { class: "choice" }, inputs[i], element("span", { class: "choice-face" }, label, ...cap));
  });
  const range = row && caps.every(Boolean) ? [element("kbd", { class: "key" }, rangeOf(caps))] : [];
  const hint = element("p", { class: "question-hint", "aria-live": "polite" });
  const need = element("p", { class: "question-need", role: "alert", hidden: true });
  const legend = element("legend", {}, element("span", {}, question.label), ...range);
  const choices = element("div", { class: row ? "choices choices-row" : "choices" }, ...faces);
  const root = /** @type {HTMLFieldSetElement} */ (element("fieldset", { class: "question" }, legend, choices, need));
  // A line is kept for the words under the choices, so that nothing moves when they come.
  if (question.options.some((option) => option.hint)) choices.after(hint);

  return {
    element: root,
    key: question.key,
    /** @param {{value: import("./trial_flow.js").Answer|undefined, need: string, sealed: boolean, asked?: boolean}} state */
    update({ value, need: text, sealed, asked = true }) {
      const chosen = Array.isArray(value) ? value : [value];
      inputs.forEach((input, i) => {
        input.checked = chosen.includes(question.options[i].value);
      });
      root.disabled = sealed;
      root.hidden = !asked;
      hint.textContent = question.options.find((option) => option.value === value)?.hint ?? "\u00a0";
      need.textContent = text;
      need.hidden = !text;
      root.classList.toggle("question-missing", Boolean(text));
    },
    focus: () => (inputs.find((input) => input.checked) ?? inputs[0]).focus(),
  };
}

/** @param {import("./trial_flow.js").Question} question @param {import("./trial_flow.js").Option} option @param {string} cap @param {(value: string|number) => void} onAnswer */
function inputOf(question, option, cap, onAnswer) {
  const label = option.hint ? `${option.label}, ${option.hint}` : option.label;
  const input = /** @type {HTMLInputElement} */ (
    element("input", { type: question.kind === "multiple" ? "checkbox" : "radio", name: question.key, "aria-label": label, "aria-keyshortcuts": cap.replace("\u21e7", "Shift+") || null })
  );
  // `click`, not `change`: an optional answer given twice is taken back.
  input.addEventListener("click", () => onAnswer(option.value));
  return input;
}
