/** One finding in the rail: its name, what it is described by while it is chosen, and its end. */
import { element } from "./element.js";

/**
 * Return the row of a mark. It is made once and updated, so that a choice keeps the focus.
 * @param {import("./trial_flow.js").Option} option the finding
 * @param {object} options
 * @param {() => void} options.onChoose
 * @param {() => void} options.onRemove
 * @param {(descriptors: Record<string, string>) => void} options.onDescribe
 */
export function createFindingRow(option, { onChoose, onRemove, onDescribe }) {
  const swatch = element("span", { class: `swatch swatch-${option.value}`, "aria-hidden": "true" });
  const name = element("button", { type: "button", class: "finding-name" });
  const remove = element("button", { type: "button", class: "remove" }, "remove");
  name.addEventListener("click", onChoose);
  remove.addEventListener("click", onRemove);

  const fields = (option.descriptors ?? []).map(({ key, label, options }) => {
    const choices = [{ value: "", label: "–" }, ...options].map((one) => element("option", { value: one.value }, one.label));
    const select = /** @type {HTMLSelectElement} */ (element("select", {}, ...choices));
    select.addEventListener("change", () => onDescribe(described()));
    select.addEventListener("keydown", (event) => void (event.key === "Escape" && onChoose()));
    return { key, select, row: element("label", {}, element("span", {}, label), select) };
  });
  const described = () => {
    const chosen = fields.filter(({ select }) => select.value).map(({ key, select }) => [key, select.value]);
    return Object.fromEntries(chosen);
  };
  const details = element("div", { class: "finding-words", hidden: true }, ...fields.map(({ row }) => row));
  const head = element("div", { class: "finding-head" }, swatch, name, remove);

  return {
    element: element("li", {}, head, details),
    /** @param {import("./trial_flow.js").Mark} mark @param {number} number @param {boolean} chosen */
    update(mark, number, chosen) {
      name.textContent = `${option.label} ${number}`;
      name.setAttribute("aria-pressed", String(chosen));
      remove.setAttribute("aria-label", `Remove ${name.textContent}`);
      details.hidden = !chosen || !fields.length;
      for (const { key, select } of fields) select.value = mark.descriptors?.[key] ?? "";
    },
  };
}
