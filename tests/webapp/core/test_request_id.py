"""A request has one number, from the proxy or made here, and nothing in it can harm a log or a page."""

from __future__ import annotations

import pytest

from webapp.core.request_id import RequestIds, Trace, number, traced


@pytest.mark.parametrize("given", ["0f" * 16, "a-client.id_01", "12345678"])
def test_number_is_kept_when_it_suits(given):
    assert Trace(given).number == given


@pytest.mark.parametrize(
    "given",
    ["", "short", "x" * 65, "has space 1", "line\nbreak1", "<script>1", "-leading1", "ünïcödé12", "a/b/c/d/e/f"],
)
def test_number_is_made_when_the_given_one_does_not_suit(given):
    made = Trace(given).number
    assert made != given
    assert len(made) == 32


def test_numbers_nest_and_end():
    with traced("outer-number"):
        with traced("inner-number"):
            assert number() == "inner-number"
        assert number() == "outer-number"
    assert number() == ""


async def ask(headers, kind="http", answer="http.response.start", extra=()):
    """Return what the application saw as its number, and the headers that went out."""
    seen, sent = [], []

    async def application(scope, receive, send):
        seen.append(number())
        await send({"type": answer, "status": 200, "headers": [*extra]})

    async def send(message):
        sent.append(message)

    await RequestIds(application)({"type": kind, "headers": headers}, None, send)
    return seen[0], sent[0]["headers"]


async def test_answer_bears_the_proxys_number_once():
    seen, headers = await ask([(b"x-request-id", b"f" * 32)], extra=[(b"X-Request-ID", b"f" * 32)])
    assert seen == "f" * 32
    assert headers == [(b"x-request-id", b"f" * 32)]


async def test_socket_is_numbered_when_it_is_accepted():
    seen, headers = await ask([], kind="websocket", answer="websocket.accept")
    assert headers == [(b"x-request-id", seen.encode())]


async def test_servers_own_messages_pass():
    seen, headers = await ask([], kind="lifespan", answer="lifespan.startup.complete")
    assert (seen, headers) == ("", [])
