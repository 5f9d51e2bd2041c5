/** The findings of the present image: a tool per kind, how it draws, and what was drawn, each described and removable. */
import { element } from "./element.js";
import { createFindingRow } from "./finding_row.js";
import { createShapeRow } from "./shape_row.js";

/** @typedef {{tool: string|null, shape: string, shapes: string[], selected: string|null}} Hand */

/**
 * Return the view of a marks question.
 * @param {import("./trial_flow.js").Question} question
 * @param {object} options
 * @param {(question: string, value: string|number) => string} options.capFor the key's cap, "" without one
 * @param {(finding: string) => void} options.onTool
 * @param {MarkActions} options.markActions
 *
 * @typedef {object} MarkActions
 * @property {(shape: string) => void} onShape
 * @property {(id: string) => void} onChoose
 * @property {(id: string) => void} onRemove
 * @property {(id: string, descriptors: Record<string, string>) => void} onDescribe
 */
export function createFindingsView(question, { capFor, onTool, markActions }) {
  const { onShape, onChoose, onRemove, onDescribe } = markActions;
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
    return { finding: String(option.value), option, button };
  });
  const choices = element("div", { class: "choices" }, ...tools.map((tool) => tool.button));
  const shapes = createShapeRow([...new Set(question.options.flatMap((option) => option.shapes ?? []))], onShape);
  const legend = element("legend", {}, element("span", {}, question.label));
  const need = element("p", { class: "question-need", role: "alert", hidden: true });
  const root = /** @type {HTMLFieldSetElement} */ (
    element("fieldset", { class: "question question-marks" }, legend, choices, shapes.element, list, need)
  );
  /** @type {Map<string, ReturnType<typeof createFindingRow>>} */
  const rows = new Map();
  let shown = /** @type {string|null} */ (null);

  /** @param {import("./trial_flow.js").Mark} mark */
  const make = ({ id, finding }) => {
    const option = tools.find((tool) => tool.finding === finding)?.option ?? { value: finding, label: finding };
    const row = createFindingRow(option, {
      onChoose: () => onChoose(id),
      onRemove: () => onRemove(id),
      onDescribe: (descriptors) => onDescribe(id, descriptors),
    });
    rows.set(id, row);
    list.append(row.element);
    return row;
  };

  /** @param {import("./trial_flow.js").Mark[]} marks @param {string|null} selected */
  const showMarks = (marks, selected) => {
    for (const [id, row] of rows) {
      if (marks.some((mark) => mark.id === id)) continue;
      row.element.remove();
      rows.delete(id);
    }
    /** @type {Record<string, number>} */
    const counts = {};
    for (const mark of marks) {
      counts[mark.finding] = (counts[mark.finding] ?? 0) + 1;
      (rows.get(mark.id) ?? make(mark)).update(mark, counts[mark.finding], mark.id === selected);
    }
    if (selected !== shown) rows.get(selected)?.element.scrollIntoView({ block: "nearest" });
    shown = selected;
  };

  return {
    element: root,
    key: question.key,
    /** @param {{marks: import("./trial_flow.js").Mark[], hand: Hand, need: string, sealed: boolean}} state */
    update({ marks, hand, need: text, sealed }) {
      showMarks(marks, hand.selected);
      shapes.update(hand.shape, hand.shapes);
      for (const { finding, button } of tools) button.setAttribute("aria-pressed", String(finding === hand.tool));
      root.disabled = sealed;
      need.textContent = text;
      need.hidden = !text;
    },
  };
}
