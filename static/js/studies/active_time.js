/** Active time on a trial: spans between signs of life, each cut at an idle limit. */

export const IDLE_CUT_MS = 60_000;

/**
 * Return a counter of active milliseconds.
 * @param {object} options
 * @param {() => number} options.now monotonic clock in ms (`performance.now`)
 * @param {number} [options.idleCutMs] a longer silence counts only up to here
 * @param {number} [options.already] ms counted before a reload
 */
export function createActiveTime({ now, idleCutMs = IDLE_CUT_MS, already = 0 }) {
  let total = already;
  let last = now();
  let running = true;
  const span = () => (running ? Math.min(Math.max(now() - last, 0), idleCutMs) : 0);
  const close = () => {
    total += span();
    last = now();
  };
  return {
    /** A key, a move, a wheel: the reader is there. */
    touch() {
      close();
      running = true;
    },
    /** The page is hidden or the trial is sent: nothing counts until the next touch. */
    pause() {
      close();
      running = false;
    },
    /** @returns {number} whole ms so far */
    total() {
      return Math.round(total + span());
    },
  };
}
