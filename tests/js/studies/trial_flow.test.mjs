import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";

import {
  draftOf, entryOf, trialAnswered, trialMarked, trialMissing, trialStarted,
} from "../../../static/js/studies/trial_flow.js";
import { QUESTIONS } from "./questions.mjs";

const NEXT = { token: "T".repeat(22), index: 3, count: 24, questions: QUESTIONS };
const IMAGE = { width: 832, height: 1024 };
const MARK = { id: "m1", finding: "mass", shape: "ellipse", x: 10.12345, y: 20, width: 5, height: 6.4, selected: true };
const started = (draft = null) => trialStarted(NEXT, draft, () => "new-uuid");

test("a new trial starts empty with an identity of its own", () => {
  const trial = started();
  assert.equal(trial.uuid, "new-uuid");
  assert.deepEqual(trial.answers, {});
  assert.deepEqual(trialMissing(trial), ["origin", "confidence", "birads"]);
});

test("a reload restores answers, marks, identity and time of the same trial", () => {
  const read = trialMarked(trialAnswered(started(), "origin", "real"), [MARK], IMAGE);
  const again = trialStarted(NEXT, draftOf(read, 4200), () => "other");
  assert.equal(again.uuid, "new-uuid");
  assert.deepEqual(again.answers, { origin: "real" });
  assert.deepEqual(again.marks, read.marks);
  assert.equal(again.activeMs, 4200);
});

test("a draft of another trial is not carried over", () => {
  const draft = draftOf({ ...started(), token: "U".repeat(22), answers: { origin: "real" } }, 10);
  assert.deepEqual(started(draft).answers, {});
  assert.equal(started(draft).uuid, "new-uuid");
});

test("a draft answer that the question no longer offers is dropped", () => {
  const draft = draftOf({ ...started(), answers: { origin: "perhaps", confidence: 2 } }, 10);
  assert.deepEqual(started(draft).answers, { confidence: 2 });
});

test("an optional answer given twice is taken back, a required one stays", () => {
  let trial = trialAnswered(trialAnswered(started(), "density", "b"), "density", "b");
  assert.ok(!("density" in trial.answers));
  trial = trialAnswered(trialAnswered(started(), "origin", "real"), "origin", "real");
  assert.equal(trial.answers.origin, "real");
});

test("an unknown question or answer is an error, not a record", () => {
  assert.throws(() => trialAnswered(started(), "origin", "maybe"), RangeError);
  assert.throws(() => trialAnswered(started(), "mood", "good"), RangeError);
});

test("marks keep the agreed keys, on quarters of a pixel", () => {
  const [mark] = trialMarked(started(), [MARK], IMAGE).marks;
  assert.deepEqual(mark, { id: "m1", finding: "mass", shape: "ellipse", x: 10, y: 20, width: 5, height: 6.5 });
});

test("a mark drawn over the edge is clipped to the image", () => {
  const over = { ...MARK, x: -3.1, y: 1000.13, width: 900, height: 40 };
  const [mark] = trialMarked(started(), [over], IMAGE).marks;
  assert.deepEqual([mark.x, mark.y, mark.width, mark.height], [0, 1000.25, 832, 23.75]);
  assert.equal(mark.y + mark.height, IMAGE.height);
});

test("an outline keeps its corners and descriptors inside the image, and the box around them", () => {
  const points = [[-3, 10.1], [40, 20], [900, 30.37]];
  const [mark] = trialMarked(started(), [{ ...MARK, shape: "polygon", points, descriptors: { shape: "oval" } }], IMAGE).marks;
  assert.deepEqual(mark.points, [[0, 10], [40, 20], [832, 30.25]]);
  assert.deepEqual([mark.x, mark.y, mark.width, mark.height], [0, 10, 832, 20.25]);
  assert.deepEqual(mark.descriptors, { shape: "oval" });
  const [plain] = trialMarked(started(), [{ ...MARK, descriptors: {} }], IMAGE).marks;
  assert.ok(!("descriptors" in plain) && !("points" in plain));
});

test("findings are not asked in the rail", () => {
  assert.ok(!trialMissing(started()).includes("marks"));
  assert.throws(() => trialAnswered(started(), "marks", "mass"), RangeError);
});

test("an entry carries the hash of what was said, without the times", () => {
  const trial = trialAnswered(started(), "origin", "synthetic");
  const facts = { participant: "P".repeat(22), clientAt: "2026-01-02T03:04:05.000Z", activeMs: 900 };
  const entry = entryOf(trial, facts);
  const text = `{"answers":{"origin":"synthetic"},"marks":[],"revision":1,"trial":"${NEXT.token}"}`;
  assert.equal(entry.sha256, createHash("sha256").update(text).digest("hex"));
  assert.deepEqual(entry.body, {
    trial: NEXT.token, revision: 1, answers: { origin: "synthetic" }, marks: [],
    client_at: facts.clientAt, active_ms: 900,
  });
  assert.equal(entry.uuid, trial.uuid);
});

const MORE = [
  { key: "seen", kind: "choice", label: "A finding?", required: true, options: [{ value: "yes", label: "Yes" }, { value: "no", label: "No" }] },
  { key: "what", kind: "multiple", label: "What", required: true, when: { question: "seen", is: ["yes"] },
    options: [{ value: "mass", label: "Mass" }, { value: "other", label: "Other" }] },
  { key: "words", kind: "text", label: "Words", required: true, longest: 9, when: { question: "what", is: ["other"] } },
  { key: "size", kind: "number", label: "Size", required: false, unit: "mm" },
];
const asked = () => trialStarted({ ...NEXT, questions: MORE }, null, () => "u");

test("a question is missing only while it is asked, and its answer goes when it is not", () => {
  let trial = trialAnswered(asked(), "seen", "yes");
  assert.deepEqual(trialMissing(trial), ["what"]);
  trial = trialAnswered(trialAnswered(trial, "what", "mass"), "what", "other");
  assert.deepEqual(trial.answers.what, ["mass", "other"]);
  assert.deepEqual(trialMissing(trial), ["words"]);
  trial = trialAnswered(trial, "words", "edges");
  assert.deepEqual(trialMissing(trial), []);
  assert.deepEqual(trialAnswered(trial, "seen", "no").answers, { seen: "no" });
  assert.deepEqual(trialAnswered(trial, "what", "other").answers, { seen: "yes", what: ["mass"] });
  assert.throws(() => trialAnswered(asked(), "what", "mass"), RangeError);
});

test("empty words and no number leave no answer", () => {
  let trial = trialAnswered(asked(), "size", 12.5);
  assert.equal(trial.answers.size, 12.5);
  trial = trialAnswered(trial, "size", null);
  assert.ok(!("size" in trial.answers));
  assert.throws(() => trialAnswered(asked(), "size", Number.NaN), RangeError);
});
