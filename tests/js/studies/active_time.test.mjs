import assert from "node:assert/strict";
import test from "node:test";

import { createActiveTime } from "../../../static/js/studies/active_time.js";

function counter(options = {}) {
  const clock = { ms: 1000 };
  return { clock, time: createActiveTime({ now: () => clock.ms, ...options }) };
}

test("time with signs of life counts in full", () => {
  const { clock, time } = counter();
  for (let i = 0; i < 5; i++) {
    clock.ms += 10_000;
    time.touch();
  }
  assert.equal(time.total(), 50_000);
});

test("a long silence counts only up to the idle cut", () => {
  const { clock, time } = counter();
  clock.ms += 600_000;
  assert.equal(time.total(), 60_000);
  time.touch();
  clock.ms += 5_000;
  assert.equal(time.total(), 65_000);
});

test("a hidden page counts nothing until the reader is back", () => {
  const { clock, time } = counter();
  clock.ms += 3_000;
  time.pause();
  clock.ms += 30_000;
  assert.equal(time.total(), 3_000);
  time.touch();
  clock.ms += 2_000;
  assert.equal(time.total(), 5_000);
});

test("time before a reload is carried on", () => {
  const { clock, time } = counter({ already: 12_000 });
  clock.ms += 1_000;
  assert.equal(time.total(), 13_000);
});

test("a clock that steps back takes nothing away", () => {
  const { clock, time } = counter();
  clock.ms -= 500;
  time.touch();
  assert.equal(time.total(), 0);
});
