/** The rail as a reader sees it, with nothing behind it: conditions, keys and wording can be tried before the lock. */
import { capOf, keypadFor } from "../keypad.js";
import { createRail } from "../rail_view.js";
import { trialAnswered, trialMissing, trialStarted } from "../trial_flow.js";

const EMPTY_HAND = { tool: null, shape: "", shapes: [], selected: null };

/**
 * Show the questions in a form with `[data-questions]` and `[data-next]`.
 * @param {HTMLFormElement} form
 * @param {import("../trial_flow.js").Question[]} questions
 */
export function createPreview(form, questions) {
  const caps = new Map(keypadFor(questions).map(({ question, value, combo }) => [`${question}.${value}`, capOf(combo)]));
  const begin = () => trialStarted({ token: "preview", index: 1, count: 1, questions }, null, () => "");
  let trial = begin();
  /** @type {string[]} */
  let missing = [];
  let tool = /** @type {string|null} */ (null);

  const rail = createRail(form, questions, {
    capFor: (question, value) => caps.get(`${question}.${value}`) ?? "",
    onAnswer: (key, value) => {
      trial = trialAnswered(trial, key, value);
      missing = missing.filter((one) => !(one in trial.answers));
      update();
    },
    onTool: (finding) => {
      tool = tool === finding ? null : finding;
      update();
    },
    markActions: { onShape() {}, onChoose() {}, onRemove() {}, onDescribe() {} },
  });

  function update() {
    const view = /** @type {any} */ ({ phase: "reading", trial, missing, wrong: null, notice: null });
    rail.update(view, { ...EMPTY_HAND, tool });
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.querySelector("[data-next]").addEventListener("click", () => {
    missing = trialMissing(trial);
    if (!missing.length) trial = begin();
    update();
  });
  update();
}
