import assert from "node:assert/strict";
import { test } from "node:test";
import { createBestView } from "../../../static/js/generation/best_view.js";

const settled = () => new Promise((resolve) => setImmediate(resolve));
const drawing = (version) => ({ pictures: ["overview", "growing"], version });
const whole = { pictures: ["overview", "image"], version: 0 };

/** A viewer that notes what it is told, and a server whose answers wait for `answer`. */
function room() {
  const did = [];
  const waiting = [];
  const viewer = {
    open: async (manifest) => (did.push(`open ${manifest.name}`), true),
    renew: (revisions) => did.push(`renew ${Object.keys(revisions)}`),
  };
  const ask = (name) => new Promise((resolve, reject) => waiting.push({ name, resolve, reject }));
  const best = createBestView(viewer, ask);
  const answer = async (revisions = {}) => {
    const { name, resolve } = waiting.shift();
    resolve({ name, revisions });
    await settled();
  };
  return { did, waiting, best, answer };
}

test("bestView_opens_a_growing_picture_once_and_then_renews_its_tiles", async () => {
  const { did, best, answer, waiting } = room();
  best.show(drawing(7));
  await answer();
  best.show(drawing(7));
  best.grown({ version: 7, tiles: { "9/0_0": "a" } });
  assert.deepEqual(did, ["open growing", "renew 9/0_0"]);
  assert.equal(waiting.length, 0);
});

test("bestView_asks_for_all_tiles_when_something_was_told_before_it_was_open", async () => {
  const { did, best, answer, waiting } = room();
  best.show(drawing(7));
  best.grown({ version: 7, tiles: { "9/0_0": "a" } });
  await answer();
  assert.equal(waiting.length, 1);
  await answer({ "9/0_0": "a", "10/0_0": "b" });
  assert.deepEqual(did, ["open growing", "renew 9/0_0,10/0_0"]);
});

test("bestView_catches_up_after_each_connection", async () => {
  const { did, best, answer } = room();
  best.show(drawing(7));
  await answer();
  best.catchUp(drawing(7));
  await answer({ "9/0_0": "c" });
  assert.deepEqual(did, ["open growing", "renew 9/0_0"]);
});

test("bestView_ignores_what_comes_late_of_a_picture_that_is_whole", async () => {
  const { did, best, answer } = room();
  best.show(drawing(7));
  await answer();
  best.show(whole);
  await answer();
  best.grown({ version: 7, tiles: { "9/0_0": "a" } });
  best.catchUp(whole);
  assert.deepEqual(did, ["open growing", "open image"]);
});

test("bestView_tries_again_after_a_failure", async () => {
  const { did, best, answer, waiting } = room();
  best.show(drawing(7));
  waiting.shift().reject(new Error("away"));
  await settled();
  best.show(drawing(7));
  await answer();
  assert.deepEqual(did, ["open growing"]);
});
