import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore } from "../../../static/js/lib/store.js";

test("store_keeps_values_under_one_name", () => {
  const kept = new Map();
  const storage = { getItem: (k) => kept.get(k) ?? null, setItem: (k, v) => kept.set(k, v), removeItem: (k) => kept.delete(k) };
  const store = createStore("keys", storage);
  assert.deepEqual(store.read({ a: 1 }), { a: 1 });
  assert.equal(store.write({ a: 2 }), true);
  assert.deepEqual(store.read({}), { a: 2 });
  assert.deepEqual([...kept.keys()], ["mambo.keys"]);
  store.clear();
  assert.equal(store.read(null), null);
});

test("store_falls_back_when_storage_refuses", () => {
  const refuse = () => { throw new Error("quota"); };
  const store = createStore("keys", { getItem: refuse, setItem: refuse, removeItem: refuse });
  assert.equal(store.read(7), 7);
  assert.equal(store.write(1), false);
  store.clear();
});
