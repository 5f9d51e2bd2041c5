import assert from "node:assert/strict";
import test from "node:test";

import { follow } from "../../../static/js/generation/follow.js";

function stage() {
  const sockets = [];
  const timers = new Map();
  let next = 1;
  class Socket {
    constructor(url) {
      this.url = url;
      this.closed = false;
      sockets.push(this);
    }
    close() {
      this.closed = true;
    }
  }
  return {
    sockets,
    waiting: () => [...timers.values()].map((timer) => timer.ms).sort((a, b) => a - b),
    run: async (ms) => {
      for (const [id, timer] of [...timers]) {
        if (timer.ms !== ms) continue;
        timers.delete(id);
        await timer.fn();
      }
    },
    options: {
      socketUrl: "ws://site/ws", stateUrl: "/state/", WebSocket: Socket,
      setTimeout: (fn, ms) => (timers.set(next, { fn, ms }), next++),
      clearTimeout: (id) => timers.delete(id),
    },
  };
}

test("follow_passes_on_events_of_the_socket", () => {
  const place = stage();
  const events = [];
  follow({ ...place.options, onEvent: (event) => events.push(event) });
  place.sockets[0].onmessage({ data: '{"state":"running"}' });
  assert.deepEqual(events, [{ state: "running" }]);
  assert.deepEqual(place.waiting(), []);
});

test("follow_polls_and_connects_again_when_the_socket_is_lost", async () => {
  const place = stage();
  const events = [];
  const fetch = async () => ({ ok: true, json: async () => ({ state: "queued" }) });
  follow({ ...place.options, fetch, onEvent: (event) => events.push(event) });
  place.sockets[0].onclose({ code: 1006 });
  assert.deepEqual(place.waiting(), [0, 500]);
  await place.run(0);
  assert.deepEqual(events, [{ state: "queued" }]);
  assert.deepEqual(place.waiting(), [500, 2000]);
  await place.run(500);
  assert.equal(place.sockets.length, 2);
  place.sockets[1].onmessage({ data: '{"state":"running"}' });
  assert.deepEqual(place.waiting(), [], "polling ends when the socket is back");
});

test("follow_gives_up_when_the_server_refuses", () => {
  const place = stage();
  follow({ ...place.options, onEvent: () => {} });
  place.sockets[0].onclose({ code: 4404 });
  assert.deepEqual(place.waiting(), []);
});

test("follow_stops_everything_when_told", () => {
  const place = stage();
  const stop = follow({ ...place.options, onEvent: () => {} });
  place.sockets[0].onclose({ code: 1006 });
  stop();
  assert.deepEqual(place.waiting(), []);
  assert.equal(place.sockets[0].closed, true);
});
