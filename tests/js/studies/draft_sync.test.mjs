import assert from "node:assert/strict";
import test from "node:test";

import { createDraftSync } from "../../../static/js/studies/draft_sync.js";
import { fakeTimers } from "./fake_server.mjs";

function made(replies) {
  const timers = fakeTimers();
  const sent = [];
  const conflicts = [];
  const sync = createDraftSync({
    send: async (token, body, version) => (sent.push({ token, body, version }), replies.shift() ?? { kind: "later" }),
    ...timers,
    onConflict: (body) => conflicts.push(body),
  });
  const later = async () => {
    timers.runAll();
    for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  return { sync, sent, conflicts, later, timers };
}

test("changes are sent two seconds after the last one, over the version that came back", async () => {
  const { sync, sent, later, timers } = made([{ kind: "saved", version: 1 }, { kind: "saved", version: 2 }]);
  sync.begin("A", 0);
  sync.change({ answers: { origin: "real" } });
  sync.change({ answers: { origin: "synthetic" } });
  assert.deepEqual([...timers.due.values()].map(({ ms }) => ms), [2000]);
  await later();
  sync.change({ answers: { origin: "real" } });
  await later();
  assert.deepEqual(sent.map(({ version }) => version), [0, 1]);
  assert.deepEqual(sent[0].body, { answers: { origin: "synthetic" } });
});

test("the same draft is not sent twice, and one that was lost is", async () => {
  const { sync, sent, later } = made([{ kind: "later" }, { kind: "saved", version: 1 }]);
  sync.begin("A", 0);
  for (let i = 0; i < 3; i++) {
    sync.change({ answers: {} });
    await later();
  }
  assert.equal(sent.length, 2);
});

test("a conflict hands over what the other window saved and goes on from its version", async () => {
  const theirs = { answers: { birads: "5" } };
  const { sync, sent, conflicts, later } = made([{ kind: "conflict", version: 7, body: theirs }, { kind: "saved", version: 8 }]);
  sync.begin("A", 3);
  sync.change({ answers: { origin: "real" } });
  await later();
  assert.deepEqual(conflicts, [theirs]);
  sync.change({ answers: { birads: "4" } });
  await later();
  assert.equal(sent[1].version, 7);
});

test("an answered case is drafted no more, and the next one begins anew", async () => {
  const { sync, sent, later } = made([{ kind: "saved", version: 5 }]);
  sync.begin("A", 4);
  sync.change({ answers: {} });
  sync.stop();
  await later();
  assert.equal(sent.length, 0);
  sync.begin("B", 0);
  sync.change({ answers: { origin: "real" } });
  await later();
  assert.deepEqual(sent, [{ token: "B", body: { answers: { origin: "real" } }, version: 0 }]);
});
