import assert from "node:assert/strict";
import test from "node:test";

import { createOutbox } from "../../../static/js/studies/outbox.js";
import { createReaderApi } from "../../../static/js/studies/reader_api.js";
import { createReadingSession } from "../../../static/js/studies/reading_session.js";
import { fakeServer, fakeTimers, memoryStore } from "./fake_server.mjs";
import { QUESTIONS } from "./questions.mjs";

const TOKENS = ["A", "B", "C"].map((letter) => letter.repeat(22));
const IMAGE = { width: 832, height: 1024, tiles: "/t/x" };
const json = (data, status = 200) => new Response(JSON.stringify(data), { status, headers: { "Content-Type": "application/json" } });

/** Everything that lives longer than a tab. */
function world() {
  return { server: fakeServer(TOKENS), store: memoryStore(), drafts: draftStore(), fates: [], trouble: null, uuid: 0 };
}

function draftStore() {
  let kept = null;
  return {
    put: async (draft) => void (kept = structuredClone(draft)),
    remove: async () => void (kept = null),
    get: async () => kept,
  };
}

function fetchOf(all) {
  return async (url, { method, body }) => {
    const fate = all.fates.shift() ?? "ok";
    if (fate === "lost") throw new TypeError("network");
    if (all.trouble) return json({ error: all.trouble }, all.trouble.status);
    if (method === "GET") {
      const token = all.server.current();
      if (!token) return new Response(null, { status: 204 });
      const done = all.server.rows.size;
      return json({ token, index: done + 1, count: 3, questions: QUESTIONS, image: IMAGE, upcoming: null, acknowledged: done });
    }
    const reply = all.server.put(url.split("/").at(-2), JSON.parse(body));
    if (fate === "reply-lost") throw new TypeError("network");
    return json(reply.data, reply.status);
  };
}

/** One tab in that world. */
function tab(all) {
  const timers = fakeTimers();
  const clock = { ms: 0 };
  const shown = [];
  const views = [];
  const api = createReaderApi({ urls: { next: "/n/", response: "/r/" }, fetch: fetchOf(all), csrfToken: () => "" });
  let session = null;
  const outbox = createOutbox({ store: all.store, send: api.send, ...timers, random: () => 0, onChange: () => session?.delivered() });
  session = createReadingSession({
    participant: "P", api, outbox, drafts: all.drafts, ...timers, random: () => 0,
    show: async (next, marks) => {
      if (all.brokenPicture) throw new Error("tile");
      shown.push({ token: next.token, marks });
    },
    newUuid: () => `uuid-${++all.uuid}`,
    now: () => clock.ms,
    clockTime: () => "2026-01-01T00:00:00.000Z",
    onChange: (view) => views.push(view),
  });
  const idle = async () => {
    for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  const open = async () => {
    await outbox.load();
    await session.start();
    await idle();
  };
  const answerAll = (origin = "real") => {
    session.answer("origin", origin);
    session.answer("confidence", 2);
    session.answer("birads", "1");
  };
  const submit = async () => {
    await session.submit();
    await idle();
  };
  const later = async () => {
    timers.runAll();
    await idle();
  };
  return { session, outbox, timers, clock, shown, views, open, answerAll, submit, later, idle };
}

test("a reading goes from the first image to the end", async () => {
  const all = world();
  const reader = tab(all);
  await reader.open();
  for (const token of TOKENS) {
    assert.equal(reader.session.view().trial.token, token);
    reader.answerAll();
    await reader.submit();
  }
  assert.equal(reader.session.view().phase, "done");
  assert.equal(all.server.rows.size, 3);
  assert.equal(await all.drafts.get(), null);
});

test("nothing is asked before the reader starts", async () => {
  const reader = tab(world());
  await reader.outbox.load();
  await reader.idle();
  assert.equal(reader.shown.length, 0);
});

test("missing answers are named at Enter, not before, and nothing is sent", async () => {
  const all = world();
  const reader = tab(all);
  await reader.open();
  reader.session.answer("confidence", 1);
  assert.deepEqual(reader.session.view().missing, []);
  await reader.submit();
  assert.deepEqual(reader.session.view().missing, ["origin", "birads"]);
  assert.equal(all.server.rows.size, 0);
  reader.session.answer("origin", "real");
  assert.deepEqual(reader.session.view().missing, ["birads"]);
});

test("a reload restores the answers and marks of the present image", async () => {
  const all = world();
  const before = tab(all);
  await before.open();
  before.session.answer("origin", "synthetic");
  before.session.mark([{ id: "m", finding: "mass", shape: "ellipse", x: 1, y: 2, width: 3, height: 4 }]);
  before.clock.ms = 5000;
  await before.session.rest();
  const after = tab(all);
  await after.open();
  const { trial } = after.session.view();
  assert.deepEqual(trial.answers, { origin: "synthetic" });
  assert.equal(after.shown[0].marks.length, 1);
  assert.equal(trial.uuid, before.session.view().trial.uuid);
  assert.equal(trial.activeMs, 5000);
});

test("Enter pressed twice is one answer", async () => {
  const all = world();
  const reader = tab(all);
  await reader.open();
  reader.answerAll();
  await Promise.all([reader.session.submit(), reader.session.submit()]);
  await reader.idle();
  assert.equal(all.server.rows.size, 1);
  assert.equal(reader.session.view().trial.index, 2);
});

test("without a connection the answer is kept and the reading goes on when it is back", async () => {
  const all = world();
  const reader = tab(all);
  await reader.open();
  reader.answerAll();
  all.fates = ["lost"];
  await reader.submit();
  assert.equal(reader.session.view().phase, "sending");
  assert.equal(reader.session.view().notice.kind, "offline");
  assert.equal(reader.outbox.state().waiting, 1);
  reader.session.answer("origin", "synthetic");
  assert.equal(reader.session.view().trial.answers.origin, "real", "a sent answer is sealed");
  await reader.later();
  assert.equal(reader.session.view().phase, "reading");
  assert.equal(reader.session.view().notice, null);
  assert.equal(reader.session.view().trial.index, 2);
});

test("a reload while an answer waits sends it before anything is shown", async () => {
  const all = world();
  const before = tab(all);
  await before.open();
  before.answerAll();
  all.fates = ["reply-lost"];
  await before.submit();
  all.fates = ["lost"];
  const after = tab(all);
  await after.open();
  assert.equal(after.session.view().notice.kind, "offline");
  assert.equal(after.shown.length, 0);
  await after.later();
  assert.equal(after.session.view().trial.index, 2);
  assert.equal(all.server.rows.size, 1);
});

test("signed out: the answer waits, the reader is told, and waking goes on", async () => {
  const all = world();
  const reader = tab(all);
  await reader.open();
  reader.answerAll();
  all.trouble = { status: 403, code: "not_authenticated", message: "", field: null };
  await reader.submit();
  assert.equal(reader.session.view().notice.kind, "signed-out");
  assert.equal(reader.outbox.state().waiting, 1);
  all.trouble = null;
  await reader.session.wake();
  await reader.idle();
  assert.equal(reader.session.view().trial.index, 2);
});

test("a paused study is named in the server's words and waited for", async () => {
  const all = world();
  const reader = tab(all);
  await reader.open();
  reader.answerAll();
  all.trouble = { status: 409, code: "not_open", message: "The study is paused.", field: null };
  await reader.submit();
  assert.deepEqual(reader.session.view().notice, { kind: "closed", text: "The study is paused." });
  all.trouble = null;
  await reader.later();
  assert.equal(reader.session.view().trial.index, 2);
});

test("an answer that the server does not take is named where it is and can be given again", async () => {
  const all = world();
  const reader = tab(all);
  await reader.open();
  reader.answerAll();
  all.trouble = { status: 422, code: "answer", message: "BI-RADS has no answer.", field: "birads" };
  await reader.submit();
  assert.deepEqual(reader.session.view().wrong, { field: "birads", text: "BI-RADS has no answer." });
  assert.equal(reader.session.view().phase, "reading");
  all.trouble = null;
  reader.session.answer("birads", "3");
  await reader.submit();
  assert.equal(all.server.rows.size, 1);
  assert.equal([...all.server.rows.values()][0].answers.birads, "3");
  assert.equal(all.store.kept.size, 0);
});

test("an image answered elsewhere: the reading goes on, the answer is kept and said", async () => {
  const all = world();
  const reader = tab(all);
  await reader.open();
  reader.answerAll();
  all.server.put("another", { trial: TOKENS[0], revision: 1, answers: {}, marks: [] });
  await reader.submit();
  const view = reader.session.view();
  assert.equal(view.trial.index, 2);
  assert.equal(view.notice.kind, "refused");
  assert.equal(all.store.kept.size, 1);
});

test("a browser that can't keep the answer says so and sends nothing", async () => {
  const all = world();
  const reader = tab(all);
  await reader.open();
  reader.answerAll();
  all.store.full = true;
  await reader.submit();
  assert.equal(reader.session.view().notice.kind, "storage");
  assert.equal(reader.session.view().phase, "reading");
  assert.equal(all.server.rows.size, 0);
  all.store.full = false;
  await reader.submit();
  assert.equal(all.server.rows.size, 1);
});

test("a picture that can't be drawn is tried again and nothing can be answered meanwhile", async () => {
  const all = world();
  all.brokenPicture = true;
  const reader = tab(all);
  await reader.open();
  assert.equal(reader.session.view().notice.kind, "picture");
  assert.equal(reader.session.view().trial, null);
  all.brokenPicture = false;
  await reader.later();
  assert.equal(reader.session.view().phase, "reading");
  assert.equal(reader.session.view().notice, null);
});

test("active time stops at Enter and while the page is hidden", async () => {
  const all = world();
  const reader = tab(all);
  await reader.open();
  reader.clock.ms = 4000;
  reader.session.touch();
  await reader.session.rest();
  reader.clock.ms = 500_000;
  reader.answerAll();
  await reader.submit();
  assert.equal([...all.server.rows.values()][0].active_ms, 4000);
});

test("a second device is asked first, and the first one is told when it is taken over", async () => {
  const all = world();
  const said = [];
  const session = createReadingSession({
    participant: "P",
    api: {
      ...createReaderApi({ urls: { next: "/n/", response: "/r/" }, fetch: fetchOf(all), csrfToken: () => "" }),
      seated: false,
      keepsDrafts: false,
      sit: async ({ takeOver }) => {
        said.push(takeOver);
        if (!takeOver) return { kind: "refused", code: "other_device", message: "Open elsewhere.", field: null };
        all.seated = true;
        return { kind: "seated" };
      },
    },
    outbox: tab(all).outbox,
    drafts: all.drafts,
    ...fakeTimers(),
    random: () => 0,
    show: async () => {},
    newUuid: () => "u",
    now: () => 0,
    clockTime: () => "2026-01-01T00:00:00.000Z",
    onChange: () => {},
  });
  await session.start();
  assert.deepEqual(session.view().notice, { kind: "elsewhere", text: "Open elsewhere." });
  assert.equal(session.view().phase, "fetching");
  assert.deepEqual(said, [false]);
});

test("after a training case the truth is told until the reader goes on", async () => {
  const all = world();
  const lessons = [];
  const timers = fakeTimers();
  const plain = createReaderApi({ urls: { next: "/n/", response: "/r/" }, fetch: fetchOf(all), csrfToken: () => "" });
  const api = {
    ...plain,
    seated: true,
    keepsDrafts: true,
    draft: async () => ({ kind: "later" }),
    next: async () => {
      const got = await plain.next();
      if (got.kind === "trial") got.next.training = got.next.index === 1;
      return got;
    },
    lesson: async (token) => (lessons.push(token), { is: "synthetic", said: "real" }),
  };
  let session = null;
  const outbox = createOutbox({ store: all.store, send: api.send, ...timers, random: () => 0, onChange: () => session?.delivered() });
  session = createReadingSession({
    participant: "P", api, outbox, drafts: all.drafts, ...timers, random: () => 0, show: async () => {},
    newUuid: () => `u${++all.uuid}`, now: () => 0, clockTime: () => "2026-01-01T00:00:00.000Z", onChange: () => {},
  });
  const idle = async () => {
    for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  const answer = async () => {
    session.answer("origin", "real");
    session.answer("confidence", 1);
    session.answer("birads", "1");
    await session.submit();
    await idle();
  };
  await outbox.load();
  await session.start();
  await answer();
  assert.equal(session.view().phase, "taught");
  assert.deepEqual(session.view().lesson, { is: "synthetic", said: "real" });
  await session.submit();
  await idle();
  assert.equal(session.view().phase, "reading");
  assert.equal(session.view().trial.index, 2);
  await answer();
  assert.equal(session.view().trial.index, 3);
  assert.deepEqual(lessons, [TOKENS[0]]);
});
