/** Sends the draft of the present case to the server, over the version that this window knows. */

const AFTER_MS = 2_000;

/**
 * Return the synchronizer of drafts. A draft that could not be sent is no loss: the browser keeps its own.
 * @param {object} options
 * @param {(token: string, body: object, version: number) => Promise<{kind: string, version?: number, body?: any}>} options.send
 * @param {(fn: () => void, ms: number) => unknown} options.setTimer
 * @param {(id: any) => void} options.clearTimer
 * @param {(body: any) => void} options.onConflict another window saved meanwhile; what it holds
 */
export function createDraftSync({ send, setTimer, clearTimer, onConflict }) {
  let token = "";
  let version = 0;
  let body = /** @type {object|null} */ (null);
  let sent = "";
  let timer = null;
  let flight = /** @type {Promise<void>|null} */ (null);

  async function push() {
    const [now, said] = [token, body];
    const text = JSON.stringify(said);
    if (!said || text === sent) return;
    const got = await send(now, said, version);
    if (now !== token) return; // the next case came meanwhile
    if (got.kind === "saved") {
      version = got.version;
      sent = text;
    } else if (got.kind === "conflict") {
      version = got.version;
      body = null;
      onConflict(got.body);
    }
  }

  return {
    /** A case came up. @param {string} newToken @param {number} known the version that came with it, 0 for none */
    begin(newToken, known) {
      clearTimer(timer);
      [token, version, body, sent] = [newToken, known, null, ""];
    },
    /** @param {object} newBody */
    change(newBody) {
      body = newBody;
      clearTimer(timer);
      timer = setTimer(() => void this.flush(), AFTER_MS);
    },
    /** The case is answered: nothing is drafted any more. */
    stop() {
      clearTimer(timer);
      body = null;
    },
    /** Send now what waits, one flight at a time. */
    flush() {
      clearTimer(timer);
      flight ??= push().finally(() => {
        flight = null;
      });
      return flight;
    },
  };
}
