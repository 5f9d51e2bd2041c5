import assert from "node:assert/strict";
import { test } from "node:test";

import { createUploadQueue, uploadSum } from "../../../static/js/imaging/upload_queue.js";

const files = (...names) => names.map((name) => ({ name }));

test("files go one after another, and a refusal does not stop the next", async () => {
  let open = 0, most = 0;
  const seen = [];
  const send = async (file, onSent) => {
    most = Math.max(most, ++open);
    onSent(0.5);
    onSent(1);
    await null;
    open--;
    if (file.name === "bad") throw new Error("bad was not added: it is empty.");
    return { facts: "10 × 10, 8 bits" };
  };
  const queue = createUploadQueue({ send, onChange: (lines) => seen.push(lines.map((line) => line.state).join()) });
  await queue.add(files("one", "bad", "two"));
  assert.equal(most, 1);
  assert.deepEqual(queue.lines.map((line) => [line.state, line.message]), [
    ["added", "10 × 10, 8 bits"],
    ["refused", "bad was not added: it is empty."],
    ["added", "10 × 10, 8 bits"],
  ]);
  assert.equal(seen[0], "waiting,waiting,waiting");
  assert.ok(seen.includes("reading,waiting,waiting"));
});

test("files added while others are sent join the same queue", async () => {
  const order = [];
  const queue = createUploadQueue({
    send: async (file) => { order.push(file.name); await null; return {}; },
    onChange: () => {},
  });
  const first = queue.add(files("a", "b"));
  queue.add(files("c"));
  await first;
  assert.deepEqual(order, ["a", "b", "c"]);
});

test("the sum tells how far and how many in words", () => {
  const line = (state, sent = 0) => ({ name: "", state, sent, message: "", image: null });
  assert.deepEqual(uploadSum([line("added", 1), line("waiting")]), { share: 0.5, text: "1 of 2 files done", done: false });
  assert.equal(uploadSum([line("added", 1), line("refused", 1)]).text, "1 added, 1 not added");
  assert.deepEqual(uploadSum([line("added", 1)]), { share: 1, text: "1 added", done: true });
  assert.ok(uploadSum([line("sending", 0.5)]).share < uploadSum([line("reading", 1)]).share);
});
