// What the contact sheet shows of a batch, as words and sets. Pure.

/** @typedef {{number: number, state: string, stateName: string, error: string, labels: string, seed: number, image: string|null, thumb: string|null, picture: string|null, screened: boolean, scores: string, flags: string[], verdict: string, decideUrl: string}} Item */

export const VERDICT_NAMES = { accepted: "Accepted", rejected: "Rejected", open: "" };

/** Whether an item belongs under a filter. @param {Item} item @param {string} filter */
export function fits(item, filter) {
  if (filter === "all") return true;
  if (filter === "flagged") return item.flags.length > 0;
  if (filter === "open") return item.screened && item.verdict === "open";
  return item.verdict === filter;
}

/** @param {Item[]} items @param {string} filter */
export const countOf = (items, filter) => items.filter((item) => fits(item, filter)).length;

/** @param {number} seconds */
export function durationWords(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** @param {{total: number, drawn: number, live: number, failed: number, unscreened: number, remainingS: number|null}} state */
export function progressWords(state) {
  const parts = [`${state.drawn} of ${state.total} drawn`];
  if (state.failed) parts.push(`${state.failed} not drawn`);
  if (state.unscreened) parts.push(`${state.unscreened} being screened`);
  if (state.remainingS) parts.push(`about ${durationWords(state.remainingS)} left on one worker`);
  return `${parts.join(", ")}.`;
}

/** Whether something is still to come. @param {{live: number, unscreened: number}} state */
export const unfinished = (state) => state.live > 0 || state.unscreened > 0;

/**
 * Where an arrow key leads among cards that lie in rows.
 * @param {number} at @param {string} key @param {number} count @param {number} columns
 */
export function moved(at, key, count, columns) {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key] ?? 0;
  const to = key === "Home" ? 0 : key === "End" ? count - 1 : at + step;
  return to < 0 || to >= count ? at : to;
}
