import assert from "node:assert/strict";
import { test } from "node:test";
import { csrfToken, getJson, HttpError, postJson, putJson } from "../../../static/js/lib/http.js";

const answer = (status, body, extra = {}) => async (url, init) => {
  answer.last = { url, ...init };
  const text = body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body);
  return Object.assign(new Response(text, { status }), extra);
};

test("getJson_returns_the_body_and_sends_no_token", async () => {
  assert.deepEqual(await getJson("/a", { fetcher: answer(200, { ok: 1 }) }), { ok: 1 });
  assert.equal(answer.last.headers["X-CSRFToken"], undefined);
});

test("getJson_returns_null_for_no_content", async () => {
  assert.equal(await getJson("/a", { fetcher: answer(204) }), null);
});

test("putJson_returns_status_and_body_and_sends_the_token", async () => {
  const reply = await putJson("/a", { x: 1 }, { fetcher: answer(201, { sha256: "f" }), csrf: "T" });
  assert.deepEqual(reply, { status: 201, body: { sha256: "f" } });
  assert.equal(answer.last.headers["X-CSRFToken"], "T");
  assert.equal(answer.last.body, '{"x":1}');
});

test("request_throws_the_servers_message_with_its_field", async () => {
  const fetcher = answer(400, { error: { code: "invalid", message: "Steps: 10 to 1,000.", field: "steps" } });
  await assert.rejects(postJson("/a", {}, { fetcher, csrf: "" }), (error) => {
    assert.ok(error instanceof HttpError);
    assert.deepEqual([error.message, error.field, error.status, error.temporary], ["Steps: 10 to 1,000.", "steps", 400, false]);
    return true;
  });
});

test("request_tells_the_number_to_report_of_the_servers_own_fault_alone", async () => {
  const numbered = (status) => async () => new Response("<html>", { status, headers: { "X-Request-ID": "c0ffee12" } });
  await assert.rejects(getJson("/a", { fetcher: numbered(500) }), {
    message: "The server answered 500. Report this number: c0ffee12",
    number: "c0ffee12",
  });
  await assert.rejects(getJson("/a", { fetcher: numbered(404) }), { message: "The server answered 404.", number: "c0ffee12" });
  await assert.rejects(getJson("/a", { fetcher: answer(500) }), { message: "The server answered 500." });
});

test("request_survives_an_error_page_that_is_not_json", async () => {
  await assert.rejects(getJson("/a", { fetcher: answer(502, "<html>") }), { status: 502, temporary: true });
});

test("request_throws_offline_when_there_is_no_answer", async () => {
  const fetcher = async () => { throw new TypeError("Failed to fetch"); };
  await assert.rejects(getJson("/a", { fetcher }), { status: 0, code: "offline", temporary: true });
});

test("request_passes_an_abort_through", async () => {
  const fetcher = async () => { throw new DOMException("stop", "AbortError"); };
  await assert.rejects(getJson("/a", { fetcher }), { name: "AbortError" });
});

test("csrfToken_reads_the_field_then_the_cookie", () => {
  assert.equal(csrfToken({ querySelector: () => ({ value: "F" }), cookie: "csrftoken=C" }), "F");
  assert.equal(csrfToken({ querySelector: () => null, cookie: "a=b; csrftoken=C" }), "C");
  assert.equal(csrfToken({ querySelector: () => null, cookie: "a=b; __Host-csrftoken=C" }), "C");
  assert.equal(csrfToken({ querySelector: () => null, cookie: "" }), "");
});
