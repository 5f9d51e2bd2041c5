"""Collects what can be seen of each case beside its anatomy, as a reader's browser gets it. For owners only."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from studies.design.canonical import canonical_hash
from studies.leakage.channels import LeakCase
from studies.models.case import Asset, AssetState
from studies.models.leak import LeakReport
from studies.models.study import Study
from studies.models.trial import Trial
from studies.models.truth import CaseTruth
from webapp.imaging.models import Image
from webapp.imaging.pyramid.geometry import PyramidDescriptor
from webapp.imaging.pyramid.packfile import PackReader
from webapp.imaging.selectors import image_manifest
from webapp.imaging.tile_address import COOKIE, binding_of, tile_base
from webapp.imaging.tile_lookup import PackShelf
from webapp.imaging.tiles import TileApplication

ROUNDS = 3  # times each tile is asked for
STREAM_BYTES = 12  # of a coded tile, before its padding
LIFETIME_S = 3600
Answer = tuple[dict[str, str], bytes, float]  # headers, body, ms


def leak_cases(study: Study, *, seed: int) -> tuple[list[LeakCase], list[bool]]:
    """Return what can be seen of every prepared case, and each one's class.

    The tiles are asked for through the tile app itself, in an order that has nothing to do with the classes.

    Args:
        study: its pictures must be prepared; cases without one are left out.
        seed: of the order in which tiles are asked for.
    """
    assets = Asset.objects.filter(case__study=study, state=AssetState.READY).select_related("case", "image")
    rows = [(asset, asset.image) for asset in assets.order_by("case__code") if asset.image is not None]
    truths = (
        CaseTruth.objects.filter(case__study=study).select_related("source_image").in_bulk(field_name="case_id")
    )
    answers = asyncio.run(_served([image for _, image in rows], seed))
    places = _places(study)
    cases = [
        _leak_case(image, _names(asset, image, truths[asset.case_id]), answers[image.pk], places[asset.case_id])
        for asset, image in rows
    ]
    return cases, [truths[asset.case_id].is_synthetic for asset, _ in rows]


def leak_latest(study: Study) -> LeakReport | None:
    """Return the newest report of the study's present case set, or none."""
    return LeakReport.objects.filter(study=study, cases_sha256=cases_sha256(study)).order_by("-pk").first()


def cases_sha256(study: Study) -> str:
    """Return the hash of the case codes and pictures."""
    rows = Asset.objects.filter(case__study=study).values_list("case__code", "image__pixel_sha256")
    return canonical_hash(sorted([code, digest or ""] for code, digest in rows))


def _leak_case(
    image: Image, names: set[str], answers: list[tuple[int, Answer]], places: dict[int, float]
) -> LeakCase:
    manifest = image_manifest(image, "")
    by_level: dict[int, int] = defaultdict(int)
    for level, (_, body, _) in answers:
        by_level[level] += len(body)
    headers, bodies = answers[0][1][0], [body for _, (_, body, _) in answers]
    text = json.dumps(manifest) + json.dumps(headers) + "".join(str(body[:4096], "latin-1") for body in bodies)
    times = [ms for _, (_, _, ms) in answers]
    window = manifest["window"]
    return LeakCase(
        picture=_picture(image.pack_path),
        dimensions=tuple(manifest[key] for key in ("width", "height", "bits", "tileSize", "overlap", "maxLevel")),
        window=tuple(sorted(window.items())) if isinstance(window, dict) else (window,),
        fields=tuple(sorted(manifest)),
        headers=tuple(sorted((key, value) for key, value in headers.items() if key != "content-length")),
        stream=tuple(sorted({body[:10].hex() + body[STREAM_BYTES : STREAM_BYTES + 2].hex() for body in bodies})),
        sizes=tuple(float(by_level[level]) for level in sorted(by_level)),
        times_ms=(times[0], median(times)),
        places=tuple(places.values()),
        found_names=tuple(sorted(name for name in names if name in text)),
    )


def _picture(path: Path) -> Any:
    reader = PackReader(path)
    try:
        return np.asarray(reader.picture())
    finally:
        reader.close()


def _names(asset: Asset, image: Image, truth: CaseTruth) -> set[str]:
    """Return every string that must not reach a reader."""
    source = truth.source_image
    header = [str(value) for value in source.header.values()]
    found = {source.title, source.token, source.pack_key, source.pixel_sha256, image.token, image.pack_key}
    return {name for name in {*found, *header, asset.case.code} if len(name) > 4}


def _places(study: Study) -> dict[int, dict[int, float]]:
    """Return, for each case, its place in each reader's order; NaN where a reader does not have it."""
    people = list(study.participants.order_by("pk").values_list("pk", flat=True))
    cases = study.cases.values_list("pk", flat=True)
    found: dict[int, dict[int, float]] = {case: dict.fromkeys(people, float("nan")) for case in cases}
    trials = Trial.objects.filter(participant__study=study).order_by("-index")
    for case, person, index in trials.values_list("case_id", "participant_id", "index"):
        found[case][person] = float(index)
    return found


async def _served(images: list[Image], seed: int) -> dict[int, list[tuple[int, Answer]]]:
    """Ask the tile app for every tile of every picture, in shuffled rounds; keep the fastest answer."""
    paths = {secrets.token_urlsafe(16): image for image in images}
    app = TileApplication(_nothing, PackShelf(lambda alias: paths[alias].pack_path))
    cookie, expires = secrets.token_urlsafe(16), int(time.time()) + LIFETIME_S
    asks = [(alias, image, tile) for alias, image in paths.items() for tile in _tiles(image)]
    best: dict[int, dict[tuple[int, int, int], Answer]] = defaultdict(dict)
    shuffle = random.Random(seed)  # an order, no secret
    for _ in range(ROUNDS):
        shuffle.shuffle(asks)
        for alias, image, tile in asks:
            base = tile_base(alias, expires, binding_of(cookie))
            answer = await _ask(app, f"{base}/{tile[0]}/{tile[1]}_{tile[2]}", cookie)
            known = best[image.pk].get(tile)
            if known is None or answer[2] < known[2]:
                best[image.pk][tile] = answer
    return {pk: [(tile[0], found[tile]) for tile in sorted(found)] for pk, found in best.items()}


def _tiles(image: Image) -> Iterator[tuple[int, int, int]]:
    return PyramidDescriptor(width=image.columns, height=image.rows, bits=image.bits).tiles()


async def _ask(app: TileApplication, path: str, cookie: str) -> Answer:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"cookie", f"{COOKIE}={cookie}".encode()), (b"accept-encoding", b"gzip")]
    began = time.perf_counter()
    await app({"type": "http", "method": "GET", "path": path, "headers": headers}, _nothing_received, send)
    spent = (time.perf_counter() - began) * 1000
    return {key.decode(): value.decode() for key, value in sent[0]["headers"]}, sent[1]["body"], spent


async def _nothing_received() -> dict[str, Any]:
    return {"type": "http.disconnect"}


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    raise RuntimeError(f"the tile app passed on {scope['path']}")
