"""The tile app: raw ASGI, outermost. It answers `/t/…` and passes everything else on.

No framework stands in this path: a mammogram's screenful is a dozen requests of 200 kB, and Django's
handlers cost ten times the work itself. The alias says which pack, the signature who may have it.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie
from typing import Any

from webapp.core.errors import StorageError
from webapp.core.figures import figures
from webapp.imaging.pyramid.geometry import GeometryError
from webapp.imaging.pyramid.packfile import PackError
from webapp.imaging.tile_address import COOKIE, PATH, is_signed
from webapp.imaging.tile_lookup import Pack, PackShelf, shelf

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Site = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
Answer = tuple[int, Headers, bytes | memoryview]  # servers take both, and a tile need not be copied

logger = logging.getLogger(__name__)

# Strict ASCII digits: `int()` alone would take `1_0`, `+1`, ` 1` and other scripts' digits.
TILE = re.compile(
    r"/t/([\w-]{22})/(\d{10})/([\w-]{1,64})/(0|[1-9]\d?)/(0|[1-9]\d{0,2})_(0|[1-9]\d{0,2})", re.ASCII
)
ALWAYS: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
]
TILE_HEADERS: Headers = [
    *ALWAYS,
    (b"content-type", b"application/octet-stream"),
    (b"content-encoding", b"gzip"),
]
# A tile keeps its bytes as long as its address, so one tag does for all, and it tells nothing of the content.
TAG = '"1"'
UNCHANGED: Headers = [(b"cache-control", b"private, max-age=31536000, immutable"), (b"etag", TAG.encode())]
KEPT: Headers = [*TILE_HEADERS, *UNCHANGED]
GROWING: Headers = [*TILE_HEADERS, (b"cache-control", b"no-store")]  # its bytes may be others soon


class TileApplication:
    """Serves tiles, answers the server's lifespan messages, and leaves the rest to the site.

    Args:
        site: the ASGI application behind.
        packs: where open packs are found by alias.
        clock: Unix time in seconds.
    """

    def __init__(self, site: Site, packs: PackShelf = shelf, clock: Callable[[], float] = time.time) -> None:
        self.site = site
        self.packs = packs
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(PATH):
            began = time.perf_counter()
            status, headers, body = await self._answer(scope)
            if status != 304:
                headers = [*headers, (b"content-length", b"%d" % len(body))]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
            figures.count("mambo_tile_requests_total", (str(status),))
            figures.count("mambo_tile_bytes_total", (), len(body))
            figures.observe("mambo_tile_seconds", (), time.perf_counter() - began)
        else:
            await self.site(scope, receive, send)

    async def _answer(self, scope: Scope) -> Answer:
        match = TILE.fullmatch(scope["path"])
        if match is None:
            return refusal(404)
        if scope["method"] not in {"GET", "HEAD"}:
            return refusal(405, [(b"allow", b"GET, HEAD")])
        alias, expires, given, level, x, y = match.groups()
        cookie, takes_gzip, has_it = _request_facts(scope["headers"])
        if not cookie or int(expires) <= self.clock() or not is_signed(alias, expires, given, cookie):
            return refusal(403)
        if not takes_gzip:
            return refusal(406)
        try:
            pack = self.packs.remembered(alias) or await asyncio.to_thread(self.packs.look_up, alias)
        except StorageError:  # to be asked for again: a viewer takes a 404 for good
            return refusal(503, [(b"retry-after", b"2")])
        if pack is None:
            return refusal(404)
        try:
            return _tile(pack, int(level), int(x), int(y), has_it=has_it)
        except PackError as error:
            self.packs.forget(alias)  # a pack that is put back from a copy is read anew
            logger.error("a tile was not served: %s", error)
            return refusal(500)


def refusal(status: int, extra: Headers | None = None) -> Answer:
    """Return an answer without a body; all refusals look alike and none is kept by a cache."""
    return status, [*ALWAYS, (b"cache-control", b"no-store"), *(extra or [])], b""


def _tile(pack: Pack, level: int, x: int, y: int, *, has_it: bool) -> Answer:
    try:
        body = pack.view(level, x, y)
    except GeometryError:
        return refusal(404)
    if not pack.final:
        return 200, GROWING, body
    return (304, [*ALWAYS, *UNCHANGED], b"") if has_it else (200, KEPT, body)


def _request_facts(headers: Headers) -> tuple[str, bool, bool]:
    """Return the tile cookie ("" when absent), whether the client takes gzip, and whether it has the tile."""
    cookie, takes_gzip, has_it = "", False, False
    for name, value in headers:
        if name == b"cookie":
            cookie = _cookie(value.decode("latin-1")) or cookie
        elif name == b"accept-encoding":
            takes_gzip = takes_gzip or _takes_gzip(value.decode("latin-1"))
        elif name == b"if-none-match":
            tags = {tag.strip().removeprefix("W/") for tag in value.decode("latin-1").split(",")}
            has_it = has_it or bool(tags & {TAG, "*"})
    return cookie, takes_gzip, has_it


@lru_cache(maxsize=4096)  # a browser sends the same line with every tile, and reading it is half of the answer
def _cookie(text: str) -> str:
    try:
        found = SimpleCookie(text).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


@lru_cache(maxsize=256)
def _takes_gzip(text: str) -> bool:
    for part in text.lower().split(","):
        coding, _, weight = part.strip().partition(";")
        if coding.strip() in {"gzip", "x-gzip", "*"}:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
