/** A question of the rail that is answered in words or by a number. */
import { element } from "./element.js";

/**
 * Return the view of a text or number question.
 * @param {import("./trial_flow.js").Question} question
 * @param {{onAnswer: (value: string|number|null) => void}} options
 */
export function createEntryView(question, { onAnswer }) {
  const number = question.kind === "number";
  const shared = { class: "question-entry", "aria-label": question.unit ? `${question.label}, ${question.unit}` : question.label };
  const field = /** @type {HTMLInputElement|HTMLTextAreaElement} */ (
    number
      ? element("input", { type: "text", inputmode: "decimal", size: "6", ...shared })
      : element("textarea", { rows: "2", maxlength: String(question.longest ?? 2000), ...shared })
  );
  const unit = question.unit ? [element("span", { class: "question-unit" }, question.unit)] : [];
  const need = element("p", { class: "question-need", role: "alert", hidden: true });
  const legend = element("legend", {}, element("span", {}, question.label));
  const root = /** @type {HTMLFieldSetElement} */ (
    element("fieldset", { class: "question" }, legend, element("div", { class: "question-line" }, field, ...unit), need)
  );
  const read = () => {
    const text = field.value.trim().replace(",", ".");
    if (!number) return field.value;
    return text && Number.isFinite(Number(text)) ? Number(text) : null;
  };
  field.addEventListener("input", () => onAnswer(read()));

  return {
    element: root,
    key: question.key,
    /** @param {{value: import("./trial_flow.js").Answer|undefined, need: string, sealed: boolean, asked?: boolean}} state */
    update({ value, need: text, sealed, asked = true }) {
      // What is being typed stays as typed: "1." is on its way to a number.
      if (document.activeElement !== field) field.value = value === undefined ? "" : String(value);
      root.disabled = sealed;
      root.hidden = !asked;
      need.textContent = text;
      need.hidden = !text;
      root.classList.toggle("question-missing", Boolean(text));
    },
  };
}
