/**
 * The outbox: answers lie here before any network call and leave only on a receipt with their own hash.
 * Storage, sending, clock and chance are given, so every lost reply can be played in a test.
 *
 * @typedef {{code: string, message: string, field: string|null}} Refusal
 * @typedef {{uuid: string, participant: string, sha256: string, body: object, queuedAt: string, refusal: Refusal|null}} Entry
 * @typedef {{kind: "accepted", sha256: string, done: number, count: number}
 *   | {kind: "later", reason: "offline"|"server"|"closed", message?: string, waitMs?: number}
 *   | {kind: "signed-out"}
 *   | {kind: "refused", code: string, message: string, field: string|null}} Outcome
 * @typedef {{put(entry: Entry): Promise<void>, remove(uuid: string): Promise<void>, all(): Promise<Entry[]>}} EntryStore
 */

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
const WRONG_RECEIPT = {
  code: "wrong_receipt",
  message: "The server confirmed something other than this answer. It is kept here.",
  field: null,
};

/**
 * Return the wait before attempt `attempt` (from 0): exponential, with the upper half left to chance
 * so that readers who lost one server do not all come back at the same moment.
 * @param {number} attempt @param {() => number} random in [0, 1)
 */
export function waitMs(attempt, random) {
  const full = Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempt, 10), LONGEST_WAIT_MS);
  return Math.round(full / 2 + (full / 2) * random());
}

/**
 * Return an outbox.
 * @param {object} options
 * @param {EntryStore} options.store
 * @param {(entry: Entry) => Promise<Outcome>} options.send never rejects
 * @param {(fn: () => void, ms: number) => unknown} options.setTimer
 * @param {(id: any) => void} options.clearTimer
 * @param {() => number} options.random
 * @param {(state: ReturnType<Outbox["state"]>) => void} [options.onChange]
 * @typedef {ReturnType<typeof createOutbox>} Outbox
 */
export function createOutbox({ store, send, setTimer, clearTimer, random, onChange = () => {} }) {
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  let status = /** @type {"idle"|"sending"|"offline"|"server"|"closed"|"signed-out"} */ ("idle");
  let reason = "";
  let attempt = 0;
  let timer = null;
  let flight = null;
  let again = false;

  const waiting = () => [...entries.values()].filter((entry) => !entry.refusal);
  const refused = () => [...entries.values()].filter((entry) => entry.refusal);
  const state = () => ({ status, reason, waiting: waiting().length, refused: refused() });
  const changed = () => onChange(state());

  /** @param {Entry} entry @param {Refusal} refusal */
  async function refuse(entry, { code, message, field }) {
    const kept = { ...entry, refusal: { code, message, field } };
    entries.set(entry.uuid, kept);
    await store.put(kept).catch(() => {}); // the entry without its refusal is still there
  }

  /** Settle one reply; true when the next entry may be sent. @param {Entry} entry @param {Outcome} outcome */
  async function settle(entry, outcome) {
    if (outcome.kind === "accepted" && outcome.sha256 === entry.sha256) {
      entries.delete(entry.uuid);
      await store.remove(entry.uuid).catch(() => {}); // sent once more at the next visit, and answered 200
    } else if (outcome.kind === "accepted") await refuse(entry, WRONG_RECEIPT);
    else if (outcome.kind === "refused") await refuse(entry, outcome);
    else {
      status = outcome.kind === "later" ? outcome.reason : "signed-out";
      reason = (outcome.kind === "later" && outcome.message) || "";
      if (outcome.kind === "later") plan(outcome.waitMs);
      return false;
    }
    attempt = 0;
    return true;
  }

  /** @param {number} [given] wait that the server asked for */
  function plan(given) {
    clearTimer(timer);
    timer = setTimer(() => void flush(), Math.max(given ?? 0, waitMs(attempt++, random)));
  }

  async function drain() {
    let last = /** @type {Outcome|null} */ (null);
    for (let [entry] = waiting(); entry; [entry] = waiting()) {
      status = "sending";
      changed();
      last = await send(entry);
      if (!(await settle(entry, last))) return last;
      status = "idle";
      changed();
    }
    return last;
  }

  /**
   * Send what waits, oldest first, one flight at a time. A call during a flight adds one more round.
   * @returns {Promise<Outcome|null>} the last outcome; null when nothing waited
   */
  function flush() {
    clearTimer(timer);
    again = flight !== null;
    flight ??= (async () => {
      try {
        let last = await drain();
        while (again && waiting().length) {
          again = false;
          last = await drain();
        }
        return last;
      } finally {
        flight = null;
        changed();
      }
    })();
    return flight;
  }

  return {
    /** Read what an earlier visit left; refused answers get one more chance per visit. */
    async load() {
      for (const entry of await store.all()) entries.set(entry.uuid, { ...entry, refusal: null });
      changed();
    },
    /** Keep an entry before anything is sent. Rejects when the browser cannot keep it. @param {Entry} entry */
    async add(entry) {
      await store.put(entry);
      entries.set(entry.uuid, entry);
      changed();
    },
    flush,
    state,
    /** @param {string} uuid @returns {Entry|undefined} */
    get: (uuid) => entries.get(uuid),
    /** All that is kept, for a copy on disk. */
    all: () => [...entries.values()],
    /** The network, the sign-in or the page came back: try at once. */
    wake() {
      attempt = 0;
      return waiting().length ? flush() : Promise.resolve(null);
    },
  };
}
