"""One number for all that a request sets off: the answer's header, the log lines, the worker's task.

nginx sends the number (`X-Request-ID`); where none comes, or one that could harm a log, it is made here.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import LazyObject

HEADER = "X-Request-ID"
HEADER_BYTES = HEADER.lower().encode()
# nginx' own are 32 hexadecimal digits. Nothing that ends a line, opens a tag or fills a disk.
GOOD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}", re.ASCII)


@dataclass(slots=True)
class Trace:
    """What is under way.

    Args:
        number: the request's number; one that does not suit is replaced.
        began: seconds that only grow, when the request came in.
        account: primary key of whoever asks, where a task or a socket knows it.
        request: Django's request, which knows who asks without being made to look it up.
    """

    number: str = ""
    began: float = field(default_factory=time.perf_counter)
    account: int | None = None
    request: Any = None

    def __post_init__(self) -> None:
        """Keep a number that suits, and make one otherwise."""
        if not GOOD.fullmatch(self.number):
            self.number = uuid.uuid4().hex

    def who(self) -> int | None:
        """Return the primary key of whoever asks, if that is known by now; never asks the database."""
        if self.account is not None:
            return self.account
        user = getattr(self.request, "_cached_user", None)  # of the session, once somebody looked
        if user is None:
            user = getattr(self.request, "__dict__", {}).get("user")  # of an access token
            user = None if isinstance(user, LazyObject) else user
        return getattr(user, "pk", None)


_trace: ContextVar[Trace | None] = ContextVar("trace", default=None)


def trace() -> Trace | None:
    """Return what is under way here, if anything."""
    return _trace.get()


def number() -> str:
    """Return the number of the request that is under way, or ""."""
    found = _trace.get()
    return found.number if found else ""


@contextmanager
def traced(given: str = "", account: int | None = None) -> Iterator[Trace]:
    """Let what happens inside bear this number."""
    begun = Trace(given, account=account)
    before = _trace.set(begun)
    try:
        yield begun
    finally:
        _trace.reset(before)


class RequestIds:
    """An ASGI application in front of all others: numbers each request and each socket, and tells the number.

    Args:
        application: what answers.
    """

    def __init__(self, application: Any) -> None:
        """Keep the application."""
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer under a number."""
        if scope["type"] not in {"http", "websocket"}:
            await self.application(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == HEADER_BYTES), b"")
        with traced(given.decode("latin-1")) as begun:
            told = (HEADER_BYTES, begun.number.encode())

            async def numbered(message: Any) -> None:
                if message["type"] in {"http.response.start", "websocket.accept"}:
                    kept = [pair for pair in message.get("headers", ()) if pair[0].lower() != HEADER_BYTES]
                    message = {**message, "headers": [*kept, told]}
                await send(message)

            await self.application(scope, receive, numbered)
