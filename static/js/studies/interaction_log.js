/**
 * What a reader does with the picture, sent in batches and never before an answer. What can't leave is kept.
 *
 * @typedef {{token: string, batch: string, events: object[]}} Batch
 * @typedef {{put(batch: Batch): Promise<void>, remove(id: string): Promise<void>, all(): Promise<Batch[]>}} BatchStore
 */

const EVERY_MS = 10_000;
const BATCH = 100;
const MOST = 2_000; // a case; what comes after is dropped
const WAITING_MOST = 60; // batches; offline for longer, the first ones stay
const CHANGE = 0.05;
const REST_MS = 250;

/** The quadrant of a picture that a view is centered on, 1 to 4 from the top left. @param {[number, number]} center @param {{width: number, height: number}} image */
export const quadrantOf = ([x, y], { width, height }) => 1 + (x > width / 2 ? 1 : 0) + (y > height / 2 ? 2 : 0);

/**
 * Return the log.
 * @param {object} options
 * @param {(token: string, batch: string, events: object[]) => Promise<boolean>} options.send true when the batch is stored or will never be
 * @param {() => number} options.now monotonic ms
 * @param {() => string} options.newUuid
 * @param {(fn: () => void, ms: number) => unknown} options.setTimer
 * @param {() => boolean} [options.mayGo] false while an answer waits: answers go first
 */
export function createInteractionLog({ send, now, newUuid, setTimer, mayGo = () => true }) {
  let token = "";
  let image = { width: 1, height: 1 };
  let start = 0;
  let seq = 0;
  let last = /** @type {any} */ (null);
  let noted = -Infinity;
  const waiting = /** @type {Batch[]} */ ([]);
  const kept = /** @type {Set<string>} */ (new Set());
  let store = /** @type {BatchStore|null} */ (null);
  let open = /** @type {object[]} */ ([]);
  let flight = /** @type {Promise<void>|null} */ (null);

  function close() {
    if (open.length && waiting.length < WAITING_MOST) waiting.push({ token, batch: newUuid(), events: open });
    open = [];
  }

  function note(/** @type {string} */ kind, /** @type {object} */ data = {}) {
    if (!token || seq >= MOST) return;
    open.push({ seq: seq++, t: Math.max(0, Math.round(now() - start)), kind, data });
    if (open.length >= BATCH) close();
  }

  async function drain() {
    close();
    while (waiting.length) {
      const [first] = waiting;
      if (!mayGo() || !(await send(first.token, first.batch, first.events))) return keep(); // tried again with the next batch
      waiting.shift();
      if (kept.delete(first.batch)) await store?.remove(first.batch).catch(() => {}); // sent once more, and stored once
    }
    return undefined;
  }

  /** A disk that is full costs the log and never an answer. */
  async function keep() {
    for (const one of store ? waiting : []) {
      if (kept.has(one.batch)) continue;
      kept.add(one.batch);
      await store.put(one).catch(() => kept.delete(one.batch));
    }
  }

  const flush = () => {
    flight ??= drain().finally(() => {
      flight = null;
    });
    return flight;
  };
  const tick = () => void (flush(), setTimer(tick, EVERY_MS));
  setTimer(tick, EVERY_MS);

  return {
    note,
    flush,
    /** Keep on disk from now on, and take up what an earlier visit left. @param {BatchStore} newStore */
    async keepIn(newStore) {
      store = newStore;
      for (const one of await store.all()) {
        kept.add(one.batch);
        waiting.push({ token: one.token, batch: one.batch, events: one.events });
      }
    },
    /** A case came up. @param {string} newToken @param {{width: number, height: number}} newImage */
    begin(newToken, newImage) {
      close();
      [token, image, start, seq, last] = [newToken, newImage, now(), 0, null];
      note("shown");
    },
    /** The viewer changed. @param {{zoom: number, center: [number, number], window: {center: number, width: number}, inverted: boolean}} state */
    looked({ zoom, center, window, inverted }) {
      const full = zoom >= 1;
      const quadrant = full ? quadrantOf(center, image) : 0;
      const before = last ?? { zoom, window, inverted, full: false, quadrant: 0 };
      const rested = now() - noted >= REST_MS;
      const zoomed = Math.abs(zoom / before.zoom - 1) > CHANGE;
      const windowed = window.center !== before.window.center || window.width !== before.window.width;
      if (full && !before.full) note("one_to_one");
      if (quadrant && quadrant !== before.quadrant) note("quadrant", { quadrant });
      if (inverted !== before.inverted) note("invert", { inverted });
      if (rested && zoomed) note("zoom", { zoom: Math.round(zoom * 1000) / 1000 });
      if (rested && windowed) note("window", { center: window.center, width: window.width });
      const kept = rested || !last;
      if (rested && (zoomed || windowed)) noted = now();
      last = {
        zoom: kept ? zoom : before.zoom, window: kept ? { ...window } : before.window, inverted, full, quadrant,
      };
    },
  };
}
