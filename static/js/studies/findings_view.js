/** The findings of the present image: a tool per kind, and what was drawn, each removable. */
import { element } from "./element.js";

/**
 * Return the view of a marks question.
 * @param {import("./trial_flow.js").Question} question
 * @param {object} options
 * @param {(question: string, value: string|number) => string} options.capFor the key's cap, "" without one
 * @param {(finding: string) => void} options.onTool
 * @param {(id: string) => void} options.onRemove
 */
export function createFindingsView(question, { capFor, onTool, onRemove }) {
  const list = element("ul", { class: "findings-list" });
  const tools = question.options.map((option) => {
    const cap = capFor(question.key, option.value);
    const key = cap ? [element("kbd", { class: "key" }, cap)] : [];
    const swatch = element("span", { class: `swatch swatch-${option.value}`, "aria-hidden": "true" });
    const label = element("span", { class: "choice-label" }, option.label);
    const button = /** @type {HTMLButtonElement} */ (
      element("button", { type: "button", class: "choice-face", "aria-pressed": "false" }, swatch, label, ...key)
    );
    button.addEventListener("click", () => onTool(String(option.value)));
    return { finding: String(option.value), label: option.label, button };
  });
  const choices = element("div", { class: "choices" }, ...tools.map((tool) => tool.button));
  const legend = element("legend", {}, element("span", {}, question.label));
  const need = element("p", { class: "question-need", role: "alert", hidden: true });
  const root = /** @type {HTMLFieldSetElement} */ (element("fieldset", { class: "question" }, legend, choices, list, need));

  /** @param {import("./trial_flow.js").Mark} mark @param {number} number */
  const item = (mark, number) => {
    const name = `${tools.find((tool) => tool.finding === mark.finding)?.label ?? mark.finding} ${number}`;
    const remove = element("button", { type: "button", class: "remove", "aria-label": `Remove ${name}` }, "remove");
    remove.addEventListener("click", () => onRemove(mark.id));
    const swatch = element("span", { class: `swatch swatch-${mark.finding}`, "aria-hidden": "true" });
    return element("li", {}, swatch, element("span", {}, name), remove);
  };

  return {
    element: root,
    key: question.key,
    /** @param {{marks: import("./trial_flow.js").Mark[], tool: string|null, need: string, sealed: boolean}} state */
    update({ marks, tool, need: text, sealed }) {
      const counts = {};
      list.replaceChildren(...marks.map((mark) => item(mark, (counts[mark.finding] = (counts[mark.finding] ?? 0) + 1))));
      for (const { finding, button } of tools) button.setAttribute("aria-pressed", String(finding === tool));
      root.disabled = sealed;
      need.textContent = text;
      need.hidden = !text;
    },
  };
}
