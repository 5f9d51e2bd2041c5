import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";

import { createOutbox, waitMs } from "../../../static/js/studies/outbox.js";
import { createReaderApi } from "../../../static/js/studies/reader_api.js";
import { entryOf, trialAnswered, trialStarted } from "../../../static/js/studies/trial_flow.js";
import { chance, fakeFetch, fakeServer, fakeTimers, memoryStore } from "./fake_server.mjs";
import { QUESTIONS } from "./questions.mjs";

const URLS = { next: "/api/r/P/next/", response: "/api/r/responses/" };
const TOKENS = ["A", "B", "C"].map((letter) => letter.repeat(22));

function entryFor(token, origin = "real", uuid = randomUUID()) {
  const trial = trialStarted({ token, index: 1, count: 3, questions: QUESTIONS }, null, () => uuid);
  return entryOf(trialAnswered(trial, "origin", origin), { participant: "P", clientAt: "2026-01-01T00:00:00Z", activeMs: 1 });
}

function room({ server = fakeServer(TOKENS), fates = [], store = memoryStore(), random = () => 0.5 } = {}) {
  const timers = fakeTimers();
  const calls = [];
  const fate = () => {
    const now = fates.length ? fates.shift() : "ok";
    calls.push(now);
    return now;
  };
  const api = createReaderApi({ urls: URLS, fetch: fakeFetch(server, fate), csrfToken: () => "t" });
  const outbox = createOutbox({ store, send: api.send, ...timers, random });
  return { server, store, timers, calls, outbox };
}

test("an entry lies in storage before the network is touched", async () => {
  const { store, outbox, calls } = room();
  await outbox.add(entryFor(TOKENS[0]));
  assert.equal(store.kept.size, 1);
  assert.equal(calls.length, 0);
});

test("a receipt with the same hash empties the outbox", async () => {
  const { store, outbox, server } = room();
  await outbox.add(entryFor(TOKENS[0]));
  const outcome = await outbox.flush();
  assert.equal(outcome.kind, "accepted");
  assert.equal(outcome.done, 1);
  assert.equal(server.rows.size, 1);
  assert.equal(store.kept.size, 0);
});

test("a receipt with another hash keeps the entry and says so", async () => {
  const store = memoryStore();
  const send = async () => ({ kind: "accepted", sha256: "0".repeat(64), done: 1, count: 3 });
  const outbox = createOutbox({ store, send, ...fakeTimers(), random: () => 0 });
  await outbox.add(entryFor(TOKENS[0]));
  await outbox.flush();
  assert.equal(store.kept.size, 1);
  assert.equal(outbox.state().refused[0].refusal.code, "wrong_receipt");
});

test("a lost reply is asked again with the same identity and stored once", async () => {
  const { outbox, server, timers, store } = room({ fates: ["reply-lost"] });
  await outbox.add(entryFor(TOKENS[0]));
  assert.equal((await outbox.flush()).kind, "later");
  assert.equal(outbox.state().status, "offline");
  assert.equal(server.rows.size, 1);
  timers.runAll();
  await outbox.flush();
  assert.equal(server.rows.size, 1);
  assert.equal(store.kept.size, 0);
});

test("pressing Enter twice sends one flight", async () => {
  const { outbox, server, calls } = room();
  await outbox.add(entryFor(TOKENS[0]));
  await Promise.all([outbox.flush(), outbox.flush(), outbox.flush()]);
  assert.equal(server.rows.size, 1);
  assert.equal(calls.length, 1);
});

test("answers go out in the order they were given", async () => {
  const { outbox, server } = room({ fates: ["lost"] });
  await outbox.add(entryFor(TOKENS[0]));
  await outbox.flush();
  await outbox.add(entryFor(TOKENS[1], "synthetic"));
  assert.equal(outbox.state().waiting, 2);
  await outbox.wake();
  assert.deepEqual([...server.rows.values()].map((row) => row.trial), TOKENS.slice(0, 2));
});

test("after a reload the outbox is replayed", async () => {
  const store = memoryStore();
  const server = fakeServer(TOKENS);
  const before = room({ store, server, fates: ["reply-lost"] });
  await before.outbox.add(entryFor(TOKENS[0]));
  await before.outbox.flush();
  const after = room({ store, server });
  await after.outbox.load();
  assert.equal(after.outbox.state().waiting, 1);
  await after.outbox.flush();
  assert.equal(server.rows.size, 1);
  assert.equal(store.kept.size, 0);
});

test("another body under a known identity is refused, kept, and does not block the rest", async () => {
  const { outbox, server, store } = room();
  const uuid = randomUUID();
  await outbox.add(entryFor(TOKENS[0], "real", uuid));
  await outbox.flush();
  await outbox.add(entryFor(TOKENS[0], "synthetic", uuid));
  await outbox.add(entryFor(TOKENS[1]));
  await outbox.flush();
  assert.equal(server.rows.get(uuid).answers.origin, "real");
  assert.equal(server.rows.size, 2);
  assert.deepEqual(outbox.state().refused.map((entry) => entry.refusal.code), ["conflict"]);
  assert.equal(store.kept.size, 1);
});

test("a full storage stops the answer before it is sent", async () => {
  const { outbox, store, calls } = room();
  store.full = true;
  await assert.rejects(outbox.add(entryFor(TOKENS[0])), { name: "QuotaExceededError" });
  assert.equal(outbox.state().waiting, 0);
  assert.equal(calls.length, 0);
});

test("a busy server is asked again later, with growing waits", async () => {
  const { outbox, timers } = room({ fates: ["503", "503", "503", "503"] });
  await outbox.add(entryFor(TOKENS[0]));
  const waits = [];
  for (let i = 0; i < 4; i++) {
    await outbox.flush();
    waits.push(timers.runAll()[0]);
    await outbox.flush();
  }
  assert.equal(outbox.state().waiting, 0);
  assert.ok(waits.slice(0, 2).every((ms) => ms >= 500), String(waits));
});

test("waits grow twofold to a minute, with chance in the upper half", () => {
  assert.deepEqual([0, 1, 2, 3].map((n) => waitMs(n, () => 0.999999)), [1000, 2000, 4000, 8000]);
  assert.equal(waitMs(0, () => 0), 500);
  assert.equal(waitMs(40, () => 0.999999), 60_000);
});

test("signed out: nothing more is tried until the reader is back", async () => {
  const store = memoryStore();
  const timers = fakeTimers();
  const outcomes = [{ kind: "signed-out" }];
  const entry = entryFor(TOKENS[0]);
  const send = async (one) => outcomes.shift() ?? { kind: "accepted", sha256: one.sha256, done: 1, count: 3 };
  const outbox = createOutbox({ store, send, ...timers, random: () => 0 });
  await outbox.add(entry);
  await outbox.flush();
  assert.equal(outbox.state().status, "signed-out");
  assert.equal(timers.due.size, 0);
  assert.equal(store.kept.size, 1);
  await outbox.wake();
  assert.equal(store.kept.size, 0);
});

test("any schedule of losses, doubles and reloads ends with one row per trial, as given", async () => {
  const kinds = ["ok", "lost", "reply-lost", "twice", "503"];
  for (let seed = 1; seed <= 300; seed++) {
    const random = chance(seed);
    const server = fakeServer(TOKENS);
    const store = memoryStore();
    const fates = () => kinds[Math.floor(random() * kinds.length)];
    let box = room({ server, store, random });
    const given = new Map();
    for (const token of TOKENS) {
      const entry = entryFor(token, random() < 0.5 ? "real" : "synthetic");
      given.set(token, entry);
      await box.outbox.add(entry);
      if (random() < 0.3) box = room({ server, store, random }); // the tab died right after Enter
      await box.outbox.load();
      box = room({ server, store, random, fates: Array.from({ length: 4 }, fates) });
      await box.outbox.load();
      for (let n = 0; box.outbox.state().waiting && n < 20; n++) {
        await Promise.all([box.outbox.wake(), box.outbox.flush()]);
      }
    }
    assert.equal(server.rows.size, TOKENS.length, `seed ${seed}`);
    assert.equal(store.kept.size, 0, `seed ${seed}`);
    for (const row of server.rows.values()) assert.deepEqual(row, given.get(row.trial).body, `seed ${seed}`);
  }
});
