import assert from "node:assert/strict";
import test from "node:test";

import { createInteractionLog, quadrantOf } from "../../../static/js/studies/interaction_log.js";
import { fakeTimers } from "./fake_server.mjs";

const IMAGE = { width: 800, height: 1000 };
const VIEW = { zoom: 0.5, center: [400, 500], window: { center: 2000, width: 1000 }, inverted: false };

function made(fates = []) {
  const timers = fakeTimers();
  const clock = { ms: 1000 };
  const sent = [];
  let uuid = 0;
  const log = createInteractionLog({
    send: async (token, batch, events) => {
      if (fates.shift() === "lost") return false;
      sent.push({ token, batch, events });
      return true;
    },
    now: () => clock.ms,
    newUuid: () => `batch-${++uuid}`,
    setTimer: timers.setTimer,
  });
  log.begin("A", IMAGE);
  return { log, clock, sent };
}

const kinds = (sent) => sent.flatMap(({ events }) => events.map(({ kind }) => kind));

test("what changes is noted, what stays is not", async () => {
  const { log, clock, sent } = made();
  log.looked(VIEW);
  for (const change of [{}, { zoom: 0.51 }, { zoom: 0.8 }, { window: { center: 1500, width: 1000 } }, { inverted: true }]) {
    clock.ms += 300;
    log.looked({ ...VIEW, ...change });
  }
  await log.flush();
  // Back to the first window and zoom each time: those are changes too.
  assert.deepEqual(kinds(sent), ["shown", "zoom", "zoom", "window", "invert", "window"]);
});

test("one to one and each quadrant that comes into view", async () => {
  const { log, clock, sent } = made();
  log.looked(VIEW);
  for (const center of [[100, 100], [700, 100], [700, 900], [700, 900]]) {
    clock.ms += 300;
    log.looked({ ...VIEW, zoom: 1, center });
  }
  await log.flush();
  const events = sent[0].events.filter(({ kind }) => ["one_to_one", "quadrant"].includes(kind));
  assert.deepEqual(events.map(({ kind, data }) => data.quadrant ?? kind), ["one_to_one", 1, 2, 4]);
  assert.deepEqual([[0, 0], [799, 0], [0, 999], [799, 999]].map((at) => quadrantOf(at, IMAGE)), [1, 2, 3, 4]);
});

test("times count from the case, and a case begins with a batch of its own", async () => {
  const { log, clock, sent } = made();
  clock.ms += 50;
  log.note("tool", { tool: "ruler" });
  log.begin("B", IMAGE);
  await log.flush();
  assert.deepEqual(sent.map(({ token }) => token), ["A", "B"]);
  assert.deepEqual(sent[0].events.map(({ seq, t }) => [seq, t]), [[0, 0], [1, 50]]);
  assert.deepEqual(sent[1].events.map(({ seq, t }) => [seq, t]), [[0, 0]]);
});

test("a batch that was lost is sent again under the same name", async () => {
  const { log, sent } = made(["lost"]);
  await log.flush();
  assert.equal(sent.length, 0);
  await log.flush();
  assert.deepEqual(sent.map(({ batch }) => batch), ["batch-1"]);
});

test("a restless hand does not fill the record", async () => {
  const { log, clock, sent } = made();
  for (let i = 0; i < 5000; i++) {
    clock.ms += 300;
    log.looked({ ...VIEW, zoom: i % 2 ? 0.5 : 0.9 });
  }
  await log.flush();
  assert.ok(kinds(sent).length <= 2000);
  assert.ok(sent.every(({ events }) => events.length <= 100));
});

/** A disk that several visits share. */
function disk() {
  const rows = new Map();
  return { rows, put: async (one) => void rows.set(one.batch, one), remove: async (id) => void rows.delete(id), all: async () => [...rows.values()] };
}

test("what can't leave is on disk, and the next visit sends it under the same name", async () => {
  const store = disk();
  const before = made(["lost"]);
  await before.log.keepIn(store);
  await before.log.flush();
  assert.deepEqual([...store.rows.keys()], ["batch-1"]);
  const after = made();
  await after.log.keepIn(store);
  await after.log.flush();
  assert.deepEqual(after.sent.map(({ token, batch }) => [token, batch])[0], ["A", "batch-1"]);
  assert.equal(store.rows.size, 0);
});

test("nothing goes while an answer waits, and a full disk costs nothing but the log", async () => {
  let free = false;
  const sent = [];
  const log = createInteractionLog({
    send: async (token) => (sent.push(token), true), now: () => 0, newUuid: () => "b", setTimer: () => 0, mayGo: () => free,
  });
  await log.keepIn({ put: () => Promise.reject(new Error("full")), remove: async () => {}, all: async () => [] });
  log.begin("A", IMAGE);
  await log.flush();
  assert.deepEqual(sent, []);
  free = true;
  await log.flush();
  assert.deepEqual(sent, ["A"]);
});

test("a long spell without a connection is bounded", async () => {
  const { log, sent } = made(Array.from({ length: 100 }, () => "lost"));
  for (let n = 0; n < 100; n++) {
    log.begin(`T${n}`, IMAGE);
    await log.flush();
  }
  await log.flush();
  assert.equal(new Set(sent.map(({ batch }) => batch)).size, 60);
});
