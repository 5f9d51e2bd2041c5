// Adds up chunks of simulated studies, and says how sure one may be of their share.

const Z = 1.959963984540054; // 97.5 % of a normal

/** @typedef {{reached: number, runs: number}} Count */

/** @param {Count} one @param {Count} other @returns {Count} */
export const countsTogether = (one, other) => ({ reached: one.reached + other.reached, runs: one.runs + other.runs });

/**
 * The 95 % interval of a share, by Wilson.
 * @param {Count} count `runs` above 0
 * @returns {[number, number]} in [0, 1]
 */
export function shareInterval({ reached, runs }) {
  const share = reached / runs;
  const middle = (share + (Z * Z) / (2 * runs)) / (1 + (Z * Z) / runs);
  const half = (Z / (1 + (Z * Z) / runs)) * Math.sqrt((share * (1 - share)) / runs + (Z * Z) / (4 * runs * runs));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** @param {Count} count @returns {string} */
export function countWords(count) {
  const percent = (/** @type {number} */ value) => Math.round(100 * value);
  const [low, high] = shareInterval(count).map(percent);
  return `${count.reached} of ${count.runs} simulated studies show it: ${percent(count.reached / count.runs)} %, with 95 % confidence ${low} to ${high} %.`;
}

/**
 * Ask for one chunk after the other, until all are there or the person stops.
 * @param {object} asked
 * @param {number} asked.chunks
 * @param {(chunk: number, signal: AbortSignal) => Promise<Count>} asked.chunkOf
 * @param {(count: Count, done: number) => void} asked.onCount
 * @param {AbortSignal} asked.signal
 * @returns {Promise<Count>} what came until the end or the stop
 */
export async function simulate({ chunks, chunkOf, onCount, signal }) {
  let count = { reached: 0, runs: 0 };
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    try {
      count = countsTogether(count, await chunkOf(chunk, signal));
    } catch (error) {
      if (signal.aborted) return count;
      throw error;
    }
    onCount(count, chunk + 1);
    if (signal.aborted) return count;
  }
  return count;
}
