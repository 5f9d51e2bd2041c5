"""Tile packs and the tile app: building against 16-bit PNG tiles, serving against a Django view and nginx."""

from __future__ import annotations

import asyncio
import io
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench import tile_servers
from bench.table import Row, median_seconds

SIZE = 3840
FIT_LIMIT_BYTES = 400_000  # what a first full view may cost
REQUESTS = 400
Application = Callable[..., Awaitable[None]]


def picture(size: int = SIZE) -> NDArray[np.uint16]:
    """Return a breast-like 12-bit picture: 40 % tissue with a power-law texture and noise, air exactly 0."""
    generator = np.random.default_rng(7)
    spectrum = np.fft.rfft2(generator.standard_normal((size, size)).astype(np.float32))
    rows, columns = np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None, :]
    texture = np.fft.irfft2(spectrum / np.maximum(np.hypot(rows, columns), 1 / size) ** 1.5, s=(size, size))
    texture = texture / texture.std()
    row, column = np.mgrid[0:size, 0:size] / size
    inside = ((row - 0.5) / 0.46) ** 2 + (column / 0.56) ** 2 < 1
    values = 1500 + 380 * texture + 18 * generator.standard_normal((size, size))
    return np.where(inside, np.clip(values, 1, 4095), 0).astype(np.uint16)


def _setup_site(data: Path) -> None:
    os.environ["MAMBO_DATA_DIR"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "webapp.config.settings.test"
    os.environ["MAMBO_STATIC_DIR"] = str(data)
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()


def _png_pyramid(pixels: NDArray[np.uint16]) -> int:
    """Write the same tiles as 16-bit PNG into memory; return their bytes."""
    from webapp.imaging.pyramid.levels import halved

    total, level = 0, pixels
    while True:
        for row in range(0, level.shape[0], 512):
            for column in range(0, level.shape[1], 512):
                sink = io.BytesIO()
                Image.fromarray(level[row : row + 512, column : column + 512]).save(sink, "PNG")
                total += sink.tell()
        if max(level.shape) <= 512:
            return total
        level = halved(level)


def _requests_per_second(application: Application, scope: dict[str, Any]) -> float:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def once() -> None:
        asked = False

        async def receive() -> dict[str, Any]:
            nonlocal asked
            if asked:  # the client stays connected until it has its answer
                await asyncio.Event().wait()
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}

        await application(dict(scope), receive, send)

    async def run() -> float:
        await once()
        if sent[0]["status"] != 200:
            raise RuntimeError(f"expected 200, got {sent[0]['status']}")
        started = time.perf_counter()
        for _ in range(REQUESTS):
            sent.clear()
            await once()
        return REQUESTS / (time.perf_counter() - started)

    return asyncio.run(run())


def _serving(pack: Path) -> list[Row]:
    from django.core.asgi import get_asgi_application
    from django.http import HttpResponse
    from django.test import override_settings
    from django.urls import path

    from webapp.imaging.pyramid.packfile import PackReader
    from webapp.imaging.tile_address import COOKIE, binding_of, tile_base
    from webapp.imaging.tile_lookup import PackShelf
    from webapp.imaging.tiles import TileApplication

    reader = PackReader(pack)

    async def view(request: Any, rest: str) -> HttpResponse:
        return HttpResponse(reader.body(12, 1, 3), content_type="application/octet-stream")

    address = tile_base("a" * 22, int(time.time()) + 3600, binding_of("cookie")) + "/12/1_3"
    headers = [(b"cookie", f"{COOKIE}=cookie".encode()), (b"accept-encoding", b"gzip"), (b"host", b"localhost")]
    scope = {"type": "http", "method": "GET", "path": address, "headers": headers, "query_string": b""}

    async def site(*_: Any) -> None:
        raise RuntimeError("not a tile")

    class Addresses:
        urlpatterns = [path("<path:rest>", view)]

    ours = _requests_per_second(TileApplication(site, PackShelf(lambda alias: pack)), scope)
    with override_settings(ROOT_URLCONF=Addresses):
        theirs = _requests_per_second(get_asgi_application(), {**scope, "scheme": "http"})
    return [
        Row(
            "tile app, one process, no network",
            ours,
            "requests/s",
            "a Django view on the same bytes",
            ours / theirs,
        ),
        Row("Django view with the site's middleware", theirs, "requests/s"),
    ]


def measure() -> list[Row]:
    """Measure and return the rows."""
    with tempfile.TemporaryDirectory(prefix="mambo-bench-") as folder:
        _setup_site(Path(folder))
        from webapp.imaging.pyramid.packfile import PackReader, write_pack

        pixels, pack = picture(), Path(folder) / "bench.pack"
        ours = median_seconds(lambda: write_pack(pack, pixels, bits=12), repeats=3)
        theirs = median_seconds(lambda: _png_pyramid(pixels), repeats=1)
        size, png = pack.stat().st_size, _png_pyramid(pixels)
        reader = PackReader(pack)
        fit = sum(len(reader.body(10, x, y)) for x in range(2) for y in range(2))
        return [
            Row("pack of 3840 × 3840, 12 bit", ours, "s", "16-bit PNG tiles by Pillow", ours / theirs),
            Row("its size", size / 1e6, "MB", "the same PNG tiles", size / png),
            Row("first full view (level 10)", fit / 1e6, "MB", "the limit of 0.4 MB", fit / FIT_LIMIT_BYTES),
            *_serving(pack),
            *tile_servers.rows(pack, Path(folder)),
        ]
