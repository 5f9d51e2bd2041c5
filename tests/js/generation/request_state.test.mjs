import assert from "node:assert/strict";
import test from "node:test";

import { bestPicture, described, hasEnded, joined, seconds, stageShares } from "../../../static/js/generation/request_state.js";

const queued = {
  token: "t", state: "queued", stage: "", done: 0, total: 0, remainingS: null, elapsedS: null,
  ahead: 0, cancelling: false, message: "", pictures: [],
};

test("joined_keeps_the_end_when_a_late_event_says_running", () => {
  const finished = { ...queued, state: "finished", pictures: ["overview", "context", "image"] };
  assert.equal(joined(finished, { state: "running", done: 3 }).state, "finished");
});

test("joined_drops_the_no_worker_message_when_drawing_begins", () => {
  const waiting = { ...queued, message: "No worker is running" };
  assert.equal(joined(waiting, { state: "running", stage: "global" }).message, "");
});

test("joined_never_loses_a_picture_when_an_event_names_none", () => {
  const state = { ...queued, state: "running", pictures: ["overview"] };
  assert.deepEqual(joined(state, { done: 4 }).pictures, ["overview"]);
  assert.deepEqual(joined(state, { pictures: ["context"] }).pictures, ["overview", "context"]);
});

test("bestPicture_prefers_the_latest_stage", () => {
  assert.equal(bestPicture(queued), null);
  assert.equal(bestPicture({ ...queued, pictures: ["context", "overview"] }), "context");
});

test("stageShares_fill_in_order", () => {
  const state = { ...queued, state: "running", stage: "local", done: 5, total: 20 };
  assert.deepEqual(stageShares(state), { global: 1, local: 0.25, patch: 0 });
  assert.deepEqual(stageShares({ ...queued, state: "finished" }), { global: 1, local: 1, patch: 1 });
  assert.deepEqual(stageShares(queued), { global: 0, local: 0, patch: 0 });
});

test("described_names_patches_and_time_in_the_detail_stage", () => {
  const state = { ...queued, state: "running", stage: "patch", done: 57, total: 126, remainingS: 9.2 };
  assert.equal(described(state), "Drawing the detail, 57 of 126 patches, about 9 s.");
});

test("described_names_the_queue_and_the_typical_time", () => {
  assert.equal(described({ ...queued, ahead: 2, remainingS: 14 }), "Waiting, 2 before this one; drawing takes about 14 s.");
  assert.equal(described(queued), "Next to be drawn.");
});

test("described_says_the_message_before_all_else", () => {
  assert.equal(described({ ...queued, message: "No worker is running." }), "No worker is running.");
});

test("seconds_turn_to_minutes_when_long", () => {
  assert.equal(seconds(0.2), "1 s");
  assert.equal(seconds(89), "89 s");
  assert.equal(seconds(170), "3 min");
});

test("hasEnded_tells_the_three_ends", () => {
  assert.deepEqual(["queued", "running", "finished", "failed", "cancelled"].map((state) => hasEnded({ ...queued, state })),
    [false, false, true, true, true]);
});
