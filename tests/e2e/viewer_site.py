"""The viewer alone: the real stage, scripts, tile app, packs and policy, with pictures made by the test."""

from __future__ import annotations

import asyncio
import json
import mimetypes
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import uvicorn
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from devkit.processes import free_port, wait_until
from tests.services import answers
from webapp.core.tokens import random_token
from webapp.imaging.pyramid.packfile import write_pack
from webapp.imaging.tile_address import COOKIE, binding_of, tile_base
from webapp.imaging.tile_lookup import PackShelf
from webapp.imaging.tiles import TileApplication

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Viewer</title>
<link rel="icon" href="/static/icons/mark.svg">
<link rel="stylesheet" href="/static/css/tokens.css"><link rel="stylesheet" href="/static/css/base.css">
<link rel="stylesheet" href="/static/css/components.css"><link rel="stylesheet" href="/static/css/viewer.css">
<link rel="stylesheet" href="/page.css"></head><body><main>{stage}</main>
<script src="/static/openseadragon/openseadragon.min.js" defer></script>
<script type="module" src="/page.mjs"></script></body></html>"""
STYLE = b".viewer { height: 100vh; }"
SCRIPT = b"""
import { createViewer } from "/static/js/viewer/viewer.js";
const root = document.querySelector("[data-viewer]");
const asked = new URLSearchParams(location.search);
const drawer = asked.get("drawer") || undefined;
window.viewer = createViewer(root, { keys: true, marks: true, drawer, mirrored: asked.has("mirrored") });
"""


class ViewerSite:
    """Serves pictures given as arrays."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.cookie = random_token()
        self.packs: dict[str, Path] = {}
        self.broken: set[str] = set()
        self.delay_s: dict[str, float] = {}
        self.requests: list[str] = []
        self.pages: dict[str, str] = {}
        self.tiles = TileApplication(self.page, PackShelf(self.packs.get))

    @property
    def url(self) -> str:
        """Return the address of the page."""
        return f"http://127.0.0.1:{self.port}/"

    def add(self, pixels: np.ndarray, *, bits: int, window: dict[str, Any], **facts: Any) -> dict[str, Any]:
        """Pack a picture and return its manifest."""
        alias = random_token()
        self.packs[alias] = self.folder / f"{alias}.pack"
        layout = write_pack(self.packs[alias], pixels, bits=bits)
        return {
            "tiles": tile_base(alias, int(time.time()) + 3600, binding_of(self.cookie)),
            "width": layout.width,
            "height": layout.height,
            "tileSize": layout.tile_size,
            "overlap": layout.overlap,
            "minLevel": layout.min_level,
            "maxLevel": layout.max_level,
            "bits": bits,
            "window": window,
            "presets": [],
            "spacingMm": None,
            "spacingKind": "",
            **facts,
        }

    def put_page(self, path: str, template: str, context: dict[str, Any]) -> str:
        """Serve one of the product's own pages, made from this context; return its address."""
        self.pages[path] = render_to_string(template, {"user": AnonymousUser(), **context})
        return self.url.rstrip("/") + path

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer, after the wait or with the failure that a test asked for."""
        path = scope.get("path", "")
        if path.startswith("/t/"):
            self.requests.append(path)
            await asyncio.sleep(self.delay_s.get(path.split("/")[2], 0))
            if path.split("/", 5)[5] in self.broken:
                return await answer(send, 404, "text/plain", b"")
        return await self.tiles(scope, receive, send)

    async def page(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer the page, its scripts and styles."""
        path = scope["path"]
        if path in self.pages:
            return await answer(send, 200, "text/html", self.pages[path].encode(), self._headers())
        own = {"/page.mjs": ("text/javascript", SCRIPT), "/page.css": ("text/css", STYLE)}
        if path == "/":
            stage = render_to_string("viewer/stage.html", {"findings": True})
            return await answer(send, 200, "text/html", PAGE.format(stage=stage).encode(), self._headers())
        if path in own:
            return await answer(send, 200, *own[path])
        found = path.startswith("/static/") and finders.find(path.removeprefix("/static/"))
        if not found:
            return await answer(send, 404, "text/plain", b"")
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return await answer(send, 200, kind, Path(str(found)).read_bytes())

    def _headers(self) -> list[tuple[bytes, bytes]]:
        rules = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
        policy = "; ".join(f"{name} {' '.join(sources)}" for name, sources in rules)
        cookie = f"{COOKIE}={self.cookie}; Path=/t/; HttpOnly; SameSite=Strict"
        return [(b"content-security-policy", policy.encode()), (b"set-cookie", cookie.encode())]


async def answer(
    send: Any, status: int, kind: str, body: bytes, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    """Send one whole answer."""
    known = [(b"content-type", kind.encode()), (b"content-length", b"%d" % len(body)), *(headers or [])]
    await send({"type": "http.response.start", "status": status, "headers": known})
    await send({"type": "http.response.body", "body": body})


@contextmanager
def serving(site: ViewerSite) -> Iterator[ViewerSite]:
    """Serve in a thread of this process."""
    server = uvicorn.Server(uvicorn.Config(site, port=site.port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: answers(site.port), "The viewer's site")
    yield site
    server.should_exit = True
    thread.join(10)


def call(page: Any, function: str, *arguments: Any) -> Any:
    """Call a function of the page's viewer, and wait for its promise."""
    values = ", ".join(json.dumps(value) for value in arguments)
    return page.evaluate(f"async () => await viewer.{function}({values})")
