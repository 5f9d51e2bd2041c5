/** A reading server in memory with a network that can lose requests and replies. */
import { canonicalJson } from "../../../static/js/studies/canonical_json.js";
import { sha256 } from "../../../static/js/studies/sha256.js";

const said = ({ trial, revision, answers, marks }) => sha256(canonicalJson({ trial, revision, answers, marks }));

/** Rows by uuid; the rules of the real server: 201 first, 200 same, 409 other, current trial only. */
export function fakeServer(tokens) {
  const rows = new Map();
  const current = () => tokens[rows.size] ?? null;
  return {
    rows,
    current,
    put(uuid, body) {
      const hash = said(body);
      const known = rows.get(uuid);
      const receipt = (status) => ({ status, data: { sha256: hash, done: rows.size, count: tokens.length } });
      const error = (status, code) => ({ status, data: { error: { code, message: code, field: null } } });
      if (known) return said(known) === hash ? receipt(200) : error(409, "conflict");
      if (!tokens.includes(body.trial)) return error(404, "not_found");
      if (body.trial !== current()) return error(409, "conflict");
      rows.set(uuid, structuredClone(body));
      return receipt(201);
    },
  };
}

/** A seeded chance in [0, 1), so that a failing schedule can be played again. */
export function chance(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `fetch` over a fake server. `fate()` says what happens to one call: "ok", "lost", "reply-lost", "twice", "503". */
export function fakeFetch(server, fate) {
  return async (url, { body } = {}) => {
    const uuid = url.split("/").at(-2);
    const what = fate();
    if (what === "lost") throw new TypeError("network");
    if (what === "503") return new Response("<h1>busy</h1>", { status: 503, headers: { "Content-Type": "text/html" } });
    let reply = server.put(uuid, JSON.parse(body));
    if (what === "twice") reply = server.put(uuid, JSON.parse(body));
    if (what === "reply-lost") throw new TypeError("network");
    return new Response(JSON.stringify(reply.data), { status: reply.status, headers: { "Content-Type": "application/json" } });
  };
}

/** A store that survives a "reload" as long as the same object is kept. */
export function memoryStore() {
  const kept = new Map();
  return {
    kept,
    full: false,
    async put(entry) {
      if (this.full) throw new DOMException("full", "QuotaExceededError");
      kept.set(entry.uuid, structuredClone(entry));
    },
    async remove(uuid) {
      kept.delete(uuid);
    },
    async all() {
      return [...kept.values()].map((entry) => structuredClone(entry));
    },
  };
}

/** Timers that run only when asked. */
export function fakeTimers() {
  let id = 0;
  const due = new Map();
  return {
    due,
    setTimer(fn, ms) {
      due.set(++id, { fn, ms });
      return id;
    },
    clearTimer: (key) => due.delete(key),
    runAll() {
      const all = [...due.values()];
      due.clear();
      all.forEach(({ fn }) => fn());
      return all.map(({ ms }) => ms);
    },
  };
}
