/** Only one tab reads: two would show the same image and race for its answer. */

/**
 * Wait until this tab is the one that reads. The lock goes when the tab does, even when it crashes.
 * @param {string} participant
 * @param {object} options
 * @param {LockManager|undefined} options.locks missing on plain-http addresses; the server then guards alone
 * @param {() => void} options.onWaiting called once when another tab holds the lock
 * @returns {Promise<void>}
 */
export async function readingLock(participant, { locks, onWaiting }) {
  if (!locks) return;
  const name = `mambo-reading-${participant}`;
  const held = (resolve) => () => {
    resolve(true);
    return new Promise(() => {}); // kept as long as the tab lives
  };
  const free = await new Promise((resolve) => {
    void locks.request(name, { ifAvailable: true }, (lock) => (lock ? held(resolve)() : resolve(false)));
  });
  if (free) return;
  onWaiting();
  await new Promise((resolve) => void locks.request(name, held(resolve)));
}
