/** What the reader knows without asking: how far, and that every answer is safe. */

/** @param {number} n @param {string} one @param {string} many */
const counted = (n, one, many) => `${n} ${n === 1 ? one : many}`;

/**
 * The words of the record, beside the counter.
 * @param {{waiting: number, refused: number, status: string, acknowledged: number}} state
 * @returns {{text: string, tone: "quiet"|"good"|"caution"}}
 */
export function recordWords({ waiting, refused, status, acknowledged }) {
  const trouble = waiting > 0 && !["idle", "sending"].includes(status);
  if (trouble) return { text: `${counted(waiting, "answer", "answers")} kept here, not yet sent`, tone: "caution" };
  if (waiting) return { text: "saving", tone: "quiet" };
  if (refused) return { text: `${counted(refused, "answer", "answers")} not taken`, tone: "caution" };
  return acknowledged ? { text: "saved \u2713", tone: "good" } : { text: "", tone: "quiet" };
}

/**
 * The words about answers that the server did not take.
 * @param {import("./outbox.js").Entry[]} refused
 */
export function refusedWords(refused) {
  if (!refused.length) return "";
  const why = [...new Set(refused.map((entry) => entry.refusal.message))].join(" ");
  return `${counted(refused.length, "answer was", "answers were")} not taken. ${why} Kept on this computer.`;
}

/**
 * Return the header of the room.
 * @param {ParentNode} root with `[data-count]`, `[data-progress]`, `[data-record]`
 */
export function createStatus(root) {
  const count = root.querySelector("[data-count]");
  const progress = /** @type {HTMLProgressElement} */ (root.querySelector("[data-progress]"));
  const record = /** @type {HTMLElement} */ (root.querySelector("[data-record]"));
  return {
    /** @param {import("./session_words.js").View} view @param {ReturnType<import("./outbox.js").Outbox["state"]>} outbox */
    update({ trial, acknowledged }, { waiting, refused, status }) {
      if (trial) {
        const where = trial.training ? "training \u00b7 " : trial.condition ? `${trial.condition} \u00b7 ` : "";
        count.textContent = `${where}${trial.index} of ${trial.count}`;
        progress.max = trial.count;
        progress.value = trial.index - 1;
      }
      const { text, tone } = recordWords({ waiting, refused: refused.length, status, acknowledged });
      if (record.textContent !== text) record.textContent = text;
      record.dataset.tone = tone;
    },
  };
}
