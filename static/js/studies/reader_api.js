/** The reader's side of the reading API: every reply becomes one of a few outcomes, none an exception. */

import { reportWords } from "../lib/http.js";

// As in session_words.js, which names this module in its types and so can't be imported here: hashed names need an order.
const NO_ANSWER = "The server does not answer. Trying again by itself.";
const PATIENCE_MS = 20_000;
const SIGNED_OUT = [401, 403];
const NOWHERE = { read: () => "", write: () => {}, clear: () => {} };
const TRY_LATER = [408, 425, 429, 500, 502, 503, 504, 507];

/**
 * Return the API of one participant.
 * @param {object} options
 * @param {{next: string, response: string, sittings?: string, trials?: string}} options.urls `response` and `trials`
 *   are addresses up to the identifier
 * @param {(url: string, options: RequestInit) => Promise<Response>} options.fetch
 * @param {() => string} options.csrfToken read at each call, since signing in changes it
 * @param {{read: (none: string) => string, write: (token: string) => void, clear: () => void}} [options.seat] where this
 *   browser keeps its sitting: a reload is not another device
 */
export function createReaderApi({ urls, fetch, csrfToken, seat = NOWHERE }) {
  let sitting = seat.read("");
  const json = () => ({ "Content-Type": "application/json", "X-CSRFToken": csrfToken() });

  /** @param {string} url @param {RequestInit} options */
  async function call(url, options) {
    try {
      const reply = await fetch(url, {
        credentials: "same-origin",
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...options,
        headers: { Accept: "application/json", ...(sitting && { "X-Sitting": sitting }), ...options.headers },
      });
      return { reply, data: await bodyOf(reply) };
    } catch {
      return null; // no connection, or no answer in time: the same to a reader
    }
  }

  return {
    /** Whether this device holds the reading. */
    get seated() {
      return Boolean(sitting) || !urls.sittings;
    },
    /** Whether drafts and lessons are asked of the server. */
    get keepsDrafts() {
      return Boolean(urls.trials);
    },
    /** Another device took the reading over. */
    unseat() {
      sitting = "";
      seat.clear();
    },
    /**
     * Begin to read on this device.
     * @param {{clientAt: string, screen: object, takeOver: boolean}} device
     * @returns {Promise<{kind: "seated"} | Exclude<import("./outbox.js").Outcome, {kind: "accepted"}>>}
     */
    async sit({ clientAt, screen, takeOver }) {
      const body = JSON.stringify({ client_at: clientAt, screen, take_over: takeOver });
      const got = await call(urls.sittings, { method: "POST", headers: json(), body });
      if (!got || got.reply.status !== 201 || typeof got.data?.sitting !== "string") return failure(got);
      sitting = got.data.sitting;
      seat.write(sitting);
      return { kind: "seated" };
    },
    /**
     * Keep a draft over the version that this window knows.
     * @param {string} token @param {object} body @param {number} version
     * @returns {Promise<{kind: "saved", version: number} | {kind: "conflict", version: number, body: any} | {kind: "later"}>}
     */
    async draft(token, body, version) {
      const headers = { ...json(), "If-Match": `"${version}"` };
      const got = await call(`${urls.trials}${token}/draft/`, { method: "PUT", headers, body: JSON.stringify(body) });
      if (got?.reply.status === 200) return { kind: "saved", version: got.data.version };
      if (got?.reply.status === 412) return { kind: "conflict", version: got.data.version, body: got.data.draft };
      return { kind: "later" };
    },
    /**
     * Send a batch of interactions; true when it need not be sent again.
     * @param {string} token @param {string} batch @param {object[]} events
     */
    async interactions(token, batch, events) {
      const body = JSON.stringify({ batch, events });
      const got = await call(`${urls.trials}${token}/interactions/`, { method: "POST", headers: json(), body });
      return got !== null && !TRY_LATER.includes(got.reply.status);
    },
    /**
     * What was true of a training case that is answered; null where it is not told.
     * @param {string} token @returns {Promise<{is: string, said: string}|null>}
     */
    async lesson(token) {
      const got = await call(`${urls.trials}${token}/lesson/`, { method: "GET" });
      return got?.reply.status === 200 ? got.data : null;
    },
    /**
     * Ask for the trial to read now.
     * @returns {Promise<{kind: "trial", next: any} | {kind: "done"} | Exclude<import("./outbox.js").Outcome, {kind: "accepted"}>>}
     */
    async next() {
      const got = await call(urls.next, { method: "GET" });
      if (got && got.reply.status === 204) return { kind: "done" };
      if (got && got.reply.status === 200 && got.data?.token) return { kind: "trial", next: got.data };
      return failure(got);
    },
    /**
     * Send one entry of the outbox. The same entry may be sent any number of times.
     * @param {import("./outbox.js").Entry} entry @param {{keepalive?: boolean}} [options]
     * @returns {Promise<import("./outbox.js").Outcome>}
     */
    async send(entry, { keepalive = false } = {}) {
      const got = await call(`${urls.response}${entry.uuid}/`, {
        method: "PUT",
        keepalive,
        headers: json(),
        body: JSON.stringify(entry.body),
      });
      const taken = got && (got.reply.status === 200 || got.reply.status === 201);
      if (!taken || typeof got.data?.sha256 !== "string") return failure(got);
      return { kind: "accepted", sha256: got.data.sha256, done: got.data.done, count: got.data.count };
    },
  };
}

/** The JSON of a reply, or null: a sign-in page and a proxy's error page are not JSON. @param {Response} reply */
async function bodyOf(reply) {
  const type = reply.headers.get("Content-Type") ?? "";
  return reply.status !== 204 && type.includes("json") ? await reply.json() : null;
}

/** @param {{reply: Response, data: any} | null} got */
function failure(got) {
  if (!got) return /** @type {const} */ ({ kind: "later", reason: "offline" });
  const { reply, data } = got;
  const known = data?.error?.code === "not_allowed"; // somebody is signed in and may not: signing in again won't help
  if ((SIGNED_OUT.includes(reply.status) && !known) || (reply.redirected && !data)) return /** @type {const} */ ({ kind: "signed-out" });
  const waitMs = 1000 * (Number(reply.headers.get("Retry-After")) || 0);
  if (TRY_LATER.includes(reply.status) || !data?.error) {
    const report = reportWords(reply.status, reply.headers.get("X-Request-ID"));
    return /** @type {const} */ ({ kind: "later", reason: "server", waitMs, ...(report && { message: NO_ANSWER + report }) });
  }
  const { code, message, field = null } = data.error;
  if (["not_open", "washout"].includes(code)) return /** @type {const} */ ({ kind: "later", reason: "closed", message, waitMs });
  return /** @type {const} */ ({ kind: "refused", code, message, field });
}
