import assert from "node:assert/strict";
import test from "node:test";

import { WORDS } from "../../../static/js/studies/session_words.js";
import { createReaderApi } from "../../../static/js/studies/reader_api.js";

const URLS = { next: "/api/r/P/next/", response: "/api/r/responses/" };
const ENTRY = { uuid: "6f0c", body: { trial: "T" }, sha256: "h" };
const json = (data, status = 200, headers = {}) =>
  new Response(JSON.stringify(data), { status, headers: { "Content-Type": "application/json", ...headers } });

function apiOf(reply) {
  const calls = [];
  const fetch = async (url, options) => {
    calls.push({ url, ...options });
    if (reply instanceof Error) throw reply;
    return reply;
  };
  return { calls, api: createReaderApi({ urls: URLS, fetch, csrfToken: () => "csrf" }) };
}

test("an answer is put under its own identity with the token of the form", async () => {
  const { api, calls } = apiOf(json({ sha256: "h", done: 1, count: 2 }, 201));
  assert.deepEqual(await api.send(ENTRY), { kind: "accepted", sha256: "h", done: 1, count: 2 });
  assert.equal(calls[0].url, "/api/r/responses/6f0c/");
  assert.equal(calls[0].method, "PUT");
  assert.equal(calls[0].headers["X-CSRFToken"], "csrf");
});

test("replies become outcomes and never exceptions", async () => {
  const refused = json({ error: { code: "invalid", message: "Choose one.", field: "origin" } }, 422);
  assert.deepEqual(await apiOf(refused).api.send(ENTRY), { kind: "refused", code: "invalid", message: "Choose one.", field: "origin" });
  assert.equal((await apiOf(new TypeError("network")).api.send(ENTRY)).reason, "offline");
  assert.equal((await apiOf(json({ error: {} }, 403)).api.send(ENTRY)).kind, "signed-out");
  const busy = await apiOf(new Response("", { status: 503, headers: { "Retry-After": "7" } })).api.send(ENTRY);
  assert.deepEqual(busy, { kind: "later", reason: "server", waitMs: 7000 });
});

test("a fault of the server's own is told with the number to report", async () => {
  const fault = new Response("", { status: 500, headers: { "X-Request-ID": "c0ffee12" } });
  const { reason, message } = await apiOf(fault).api.next();
  assert.deepEqual([reason, message], ["server", `${WORDS.server} Report this number: c0ffee12`]);
});

test("a page instead of a receipt is no receipt", async () => {
  const page = new Response("<html>", { status: 200, headers: { "Content-Type": "text/html" } });
  assert.equal((await apiOf(page).api.send(ENTRY)).kind, "later");
  assert.equal((await apiOf(json({ done: 1 })).api.send(ENTRY)).kind, "later");
});

test("the next trial, the end and a sign-out are told apart", async () => {
  assert.equal((await apiOf(json({ token: "T" })).api.next()).kind, "trial");
  assert.equal((await apiOf(new Response(null, { status: 204 })).api.next()).kind, "done");
  assert.equal((await apiOf(json({}, 401)).api.next()).kind, "signed-out");
});

test("a paused study is waited for, not argued with", async () => {
  const paused = json({ error: { code: "not_open", message: "The study is paused.", field: null } }, 409);
  const outcome = await apiOf(paused).api.send(ENTRY);
  assert.deepEqual([outcome.kind, outcome.reason, outcome.message], ["later", "closed", "The study is paused."]);
});

test("somebody who is signed in and may not is not sent to sign in", async () => {
  const outcome = await apiOf(json({ error: { code: "not_allowed", message: "Not yours." } }, 403)).api.send(ENTRY);
  assert.equal(outcome.kind, "refused");
});
