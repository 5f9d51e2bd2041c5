"""A study on the cluster: its pictures prepared by the worker host, its readers enrolled, its end compared."""

from __future__ import annotations

import random
import threading
from typing import Any

from bench.cluster.readers import Reader
from bench.cluster.site import closed, wait_for

PICTURE = {"rows": 256, "columns": 208}  # small: what is proved is that it comes, not how fast
SECRET = "a phrase of the cluster 9"  # noqa: S105 - of accounts that live for minutes


def study_made(title: str, cases: int, seed: int) -> tuple[Any, Any]:
    """Make a draft whose pictures the preparation worker prepares; return it with its owner."""
    from studies.design.templates import paper_protocol
    from studies.models.case import Asset, AssetState
    from studies.services.cases import cases_add
    from studies.services.lifecycle import study_create
    from studies.tasks import assets_enqueue
    from webapp.accounts.models import User
    from webapp.accounts.services import user_create

    owner = User.objects.filter(username="owner").first() or user_create(
        username="owner", password="", role="admin", check_password=False
    )
    study = study_create(title=title, owner=owner, protocol=paper_protocol() | {"picture": PICTURE})
    tokens = [_image(seed * 10_000 + number, generated=number % 2 == 0) for number in range(cases)]
    assets = cases_add(study, tokens, owner)
    assets_enqueue(asset.pk for asset in assets)
    mine = Asset.objects.filter(case__study=study)
    wait_for(lambda: not mine.exclude(state=AssetState.READY).exists(), f"the pictures of {title}", seconds=300)
    return study, owner


def _image(seed: int, *, generated: bool) -> str:
    """Add a breast-like shape with a texture of its own to the library; return its token."""
    import numpy as np

    from webapp.imaging.ingest.source import SourceImage
    from webapp.imaging.services import image_add

    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:128, 0:104]
    inside = ((rows - 64) / 52) ** 2 + (columns / 70) ** 2 < 1
    pixels = np.where(inside, 900 + rng.integers(0, 2000, rows.shape), 0).astype(np.uint16)
    raster = SourceImage(pixels=pixels, bits=12)
    return str(
        image_add(
            raster, title=f"Shape {seed}", source="generated" if generated else "original", created_by=None
        ).token
    )


def readers_enrolled(
    study: Any, owner: Any, *, base: str, count: int, stop: threading.Event
) -> tuple[Any, list[Reader]]:
    """Enroll readers, lock and open the study."""
    from studies.services.enrolment import reader_enrol
    from studies.services.lifecycle import study_lock, study_open
    from webapp.accounts.services import user_create

    names = [f"reader{number}" for number in range(count)]
    people = []
    for name in names:
        user_create(username=name, password=SECRET, role="reader", check_password=False)
        people.append(reader_enrol(study, name, owner))
    study_lock(study, owner)
    study = study_open(study, owner)
    readers = [
        Reader(base, name, SECRET, person.token, random.Random(f"cluster|{name}"), stop)
        for name, person in zip(names, people, strict=True)
    ]
    closed()
    return study, readers


def tiles_that_differ(study: Any, readers: list[Reader]) -> int:
    """Return how many cases showed one reader another tile than another reader."""
    from studies.models.trial import Trial

    cases = dict(Trial.objects.filter(participant__study=study).values_list("token", "case_id"))
    seen: dict[int, set[str]] = {}
    for reader in readers:
        for token, digest in reader.tiles.items():
            seen.setdefault(cases[token], set()).add(digest)
    return sum(len(found) > 1 for found in seen.values())
