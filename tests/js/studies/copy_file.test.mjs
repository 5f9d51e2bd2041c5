import assert from "node:assert/strict";
import test from "node:test";

import { keptFile } from "../../../static/js/studies/copy_file.js";
import { newUuid } from "../../../static/js/studies/uuid.js";

test("a copy holds what was said, why it was not taken, and no account", () => {
  const entry = { uuid: "u", participant: "P", sha256: "h", body: { trial: "T" }, queuedAt: "2026-01-01T00:00:00Z", refusal: null };
  const { name, text } = keptFile([entry], "K7");
  assert.equal(name, "kept-answers-K7.json");
  assert.deepEqual(JSON.parse(text), [{ uuid: "u", sha256: "h", body: { trial: "T" }, queuedAt: entry.queuedAt, refusal: null }]);
});

test("identifiers are version 4 and differ", () => {
  assert.match(newUuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.notEqual(newUuid(), newUuid());
});
