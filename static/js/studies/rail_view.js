/** The rail: the protocol's questions from top to bottom, what the reader must know, and Next. */
import { createEntryView } from "./entry_view.js";
import { createFindingsView } from "./findings_view.js";
import { createQuestionView } from "./question_view.js";
import { isAsked } from "./trial_flow.js";

/**
 * Return the rail of a protocol. Each image only updates it, so nothing moves.
 * @param {HTMLFormElement} form with `[data-questions]`
 * @param {import("./trial_flow.js").Question[]} questions
 * @param {object} options
 * @param {(question: string, value: string|number) => string} options.capFor
 * @param {(key: string, value: import("./trial_flow.js").Answer|null) => void} options.onAnswer
 * @param {(finding: string) => void} options.onTool
 * @param {import("./findings_view.js").MarkActions} options.markActions
 */
export function createRail(form, questions, { capFor, onAnswer, onTool, markActions }) {
  const rows = questions.map((question) => {
    if (question.kind === "marks") return createFindingsView(question, { capFor, onTool, markActions });
    const answer = (value) => onAnswer(question.key, value);
    return question.options ? createQuestionView(question, { capFor, onAnswer: answer }) : createEntryView(question, { onAnswer: answer });
  });
  const next = /** @type {HTMLButtonElement} */ (form.querySelector("[data-next]"));
  const list = form.querySelector("[data-questions]");
  list.replaceChildren(...rows.map((row) => row.element));
  let token = "";

  return {
    /** @param {import("./session_words.js").View} view @param {import("./findings_view.js").Hand} hand */
    update({ phase, trial, missing, wrong, notice }, hand) {
      const sealed = phase !== "reading";
      if (trial && trial.token !== token) list.scrollTop = 0; // a new image begins with the first question
      token = trial?.token ?? token;
      next.disabled = sealed && phase !== "taught" && (notice !== null || trial === null);
      rows.forEach((row, i) => {
        const need = wrong?.field === row.key ? wrong.text : missing.includes(row.key) ? "Not answered yet." : "";
        const asked = isAsked(questions[i], trial?.answers ?? {});
        row.update({ value: trial?.answers[row.key], marks: trial?.marks ?? [], hand, need, sealed, asked });
      });
    },
  };
}
