/**
 * What a request's state means for the page. Pure: no document, no network.
 *
 * @typedef {{token: string, state: string, stateName: string, stage: string, done: number, total: number, remainingS: number|null,
 *   elapsedS: number|null, ahead: number, cancelling: boolean, message: string,
 *   image: string|null, pictures: string[], version: number}} RequestState
 */

export const STAGES = ["global", "local", "patch"];
export const PICTURES = ["overview", "context", "growing", "image"];
const STAGE_WORDS = { global: "overview", local: "context", patch: "detail" };
const ENDED = ["finished", "failed", "cancelled"];

/** Whether nothing more will happen. @param {RequestState} state */
export function hasEnded(state) {
  return ENDED.includes(state.state);
}

/**
 * Join an event to the present state. An event that comes late never takes the page back: what has ended stays
 * ended, and within one drawing pictures only grow in number.
 * @param {RequestState} state @param {Partial<RequestState>} event @returns {RequestState}
 */
export function joined(state, event) {
  if (hasEnded(state) && !ENDED.includes(event.state ?? state.state)) return state;
  const pictures = PICTURES.filter((name) => state.pictures.includes(name) || event.pictures?.includes(name)).filter(
    (name) => name !== "growing" || (event.pictures ?? state.pictures).includes(name), // gone once it is whole
  );
  const message = event.message ?? (event.state && event.state !== state.state ? "" : state.message);
  return { ...state, ...event, message, pictures };
}

/** The best picture that can be opened, or null. @param {RequestState} state */
export function bestPicture(state) {
  return PICTURES.filter((name) => state.pictures.includes(name)).at(-1) ?? null;
}

/**
 * The best picture together with its version: what to open again when it changes.
 * @param {RequestState} state
 */
export function bestVersion(state) {
  const name = bestPicture(state);
  return name === "growing" ? `growing ${state.version}` : name;
}

/** How full each stage's bar is, 0 to 1. @param {RequestState} state @returns {Record<string, number>} */
export function stageShares(state) {
  const now = STAGES.indexOf(state.stage);
  return Object.fromEntries(
    STAGES.map((stage, index) => {
      if (state.state === "finished" || index < now) return [stage, 1];
      if (index > now || !state.total) return [stage, 0];
      return [stage, Math.min(1, state.done / state.total)];
    }),
  );
}

/** One line for the person who waits. @param {RequestState} state @returns {string} */
export function described(state) {
  if (state.message) return state.message;
  if (state.state === "queued") return waiting(state);
  if (state.state === "running") return drawing(state);
  if (state.state === "finished") return state.elapsedS ? `Drawn in ${seconds(state.elapsedS)}.` : "Drawn.";
  return state.state === "cancelled" ? "Cancelled." : "Drawing failed.";
}

/** Seconds as people say them. @param {number} value @returns {string} */
export function seconds(value) {
  const whole = Math.max(1, Math.round(value));
  if (whole < 90) return `${whole} s`;
  return `${Math.round(whole / 60)} min`;
}

function waiting(state) {
  const ahead = state.ahead === 0 ? "Next to be drawn" : `Waiting, ${state.ahead} before this one`;
  return state.remainingS ? `${ahead}; drawing takes about ${seconds(state.remainingS)}.` : `${ahead}.`;
}

function drawing(state) {
  if (state.cancelling) return "Stopping.";
  if (!state.stage || !state.total) return "Starting to draw.";
  const parts = [`Drawing the ${STAGE_WORDS[state.stage]}`];
  if (state.total > 1) parts.push(`${state.done} of ${state.total} patches`);
  if (state.remainingS) parts.push(`about ${seconds(state.remainingS)}`);
  return `${parts.join(", ")}.`;
}
