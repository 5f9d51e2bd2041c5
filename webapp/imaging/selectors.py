"""Reads pictures; writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from django.db.models import Count, QuerySet
from django.utils import timezone
from numpy.typing import NDArray

from webapp.core.errors import NotFoundError
from webapp.imaging.ingest.source import Window
from webapp.imaging.models import HIDDEN, Image, IngestFile, IngestRun, TileAlias
from webapp.imaging.pack_store import pack_local
from webapp.imaging.pyramid.geometry import OVERLAP, TILE_SIZE, PyramidDescriptor
from webapp.imaging.pyramid.growing import GrowingReader, open_pack
from webapp.imaging.pyramid.packfile import PackError, PackReader

LOST_S = 60.0  # a batch tells every 2 s how far it is
FILTERS = ("source", "view", "laterality", "density", "birads")


def image_list(filters: Mapping[str, str] | None = None) -> QuerySet[Image]:
    """Return the library's pictures, newest first; studies' copies and previews are not among them.

    Args:
        filters: any of source, view, laterality, density, birads (equal) and title (contains); blank
            values do not filter.
    """
    images = Image.objects.exclude(source__in=HIDDEN)
    chosen = filters or {}
    equal = {name: chosen[name] for name in FILTERS if chosen.get(name)}
    title = chosen.get("title", "").strip()
    return images.filter(**equal, **({"title__icontains": title} if title else {}))


def image_get(token: str) -> Image:
    """Return a picture by its token.

    Raises:
        NotFoundError: when there is none.
    """
    image = Image.objects.filter(token=token).select_related("provenance").first()
    if image is None:
        raise NotFoundError("There is no such picture.")
    return image


def image_for(user: Any, token: str) -> Image:
    """Return a picture that this person may look at in the office: admins any, others their own.

    Raises:
        NotFoundError: when there is none, or it is not theirs; both look the same.
    """
    image = image_get(token)
    own = image.created_by_id is not None and image.created_by_id == user.pk
    if not (user.is_study_admin or (own and user.may_generate)):
        raise NotFoundError("There is no such picture.")
    return image


def image_duplicate(pixel_sha256: str) -> Image | None:
    """Return the picture of the library that has the same pixels, if there is one."""
    same = Image.objects.exclude(source__in=HIDDEN).filter(pixel_sha256=pixel_sha256)
    return same.order_by("id").first()


def ingest_known(size: int, fingerprint: str | None = None) -> Image | None:
    """Return the picture that a file of this size (and of these bytes) was added as, if it is still there.

    Args:
        size: of the file in bytes.
        fingerprint: of its bytes; without it, any file of that size.
    """
    files = IngestFile.objects.filter(size=size, image__isnull=False)
    if fingerprint is not None:
        files = files.filter(fingerprint=fingerprint)
    found = files.select_related("image").first()
    return found.image if found else None


def ingest_run_list() -> list[IngestRun]:
    """Return the newest batches of files."""
    return list(IngestRun.objects.all()[:5])


def ingest_run_get(token: str) -> IngestRun:
    """Return a batch of files.

    Raises:
        NotFoundError: when there is none.
    """
    run = IngestRun.objects.filter(token=token).first()
    if run is None:
        raise NotFoundError("There is no such batch.")
    return run


def ingest_run_state(run: IngestRun) -> dict[str, Any]:
    """Return how far a batch is, in words and numbers; one that was not seen for a while was interrupted."""
    quiet = (timezone.now() - run.seen_at).total_seconds()
    lost = run.state == IngestRun.State.RUNNING and quiet > LOST_S
    message = "It was interrupted. Run the same command again to go on." if lost else run.message
    return {
        "token": run.token,
        "state": IngestRun.State.STOPPED.value if lost else run.state,
        "message": message,
        **{name: getattr(run, name) for name in ("total", "done", "added", "duplicates", "refused")},
    }


def ingest_figures() -> dict[str, int]:
    """Return how many batches of files there are in each state."""
    rows = IngestRun.objects.order_by().values_list("state").annotate(n=Count("pk"))
    return dict.fromkeys(IngestRun.State.values, 0) | dict(rows)


def ingest_report(run: IngestRun) -> list[dict[str, str]]:
    """Return every file of a batch that was not added, with its reason."""
    files = run.files.exclude(status=IngestFile.Status.ADDED)
    return [{"path": file.path, "status": file.status, "reason": file.reason} for file in files]


def image_manifest(image: Image, tiles: str) -> dict[str, Any]:
    """Return what the viewer needs to know about a picture.

    Args:
        image: the picture.
        tiles: what `tiles_grant` returned for this browser.
    """
    layout = PyramidDescriptor(width=image.columns, height=image.rows, bits=image.bits)
    spacing = image.spacing_mm
    return {
        "tiles": tiles,
        "width": image.columns,
        "height": image.rows,
        "tileSize": TILE_SIZE,
        "overlap": OVERLAP,
        "minLevel": layout.min_level,
        "maxLevel": layout.max_level,
        "bits": image.bits,
        "window": {
            "center": image.window_center,
            "width": image.window_width,
            "function": image.voi_function,
        },
        "presets": image.presets,
        "spacingMm": list(spacing) if spacing else None,
        "spacingKind": image.spacing_kind,
    }


def image_revisions(image: Image) -> dict[str, str]:
    """Return the revision of each tile of a growing picture, by name; none for one that is whole.

    Raises:
        NotFoundError: when it was removed meanwhile: it is whole by now, or will not be.
    """
    try:
        pack = open_pack(pack_local(image.pack_path))
    except PackError as error:
        raise NotFoundError("This picture is no longer growing.") from error
    try:
        return pack.revisions() if isinstance(pack, GrowingReader) else {}
    finally:
        pack.close()


def image_window(image: Image) -> Window:
    """Return the window that the picture is shown with first."""
    return Window(image.window_center, image.window_width, image.voi_function)


def image_pixels(image: Image, level: int | None = None) -> NDArray[np.uint16]:
    """Return the canonical pixels, uint16 (rows, columns), exactly as they were added.

    Args:
        image: the picture.
        level: a smaller pyramid level; the full picture when absent.

    Raises:
        PackError: when the pack is missing or damaged.
    """
    reader = PackReader(pack_local(image.pack_path))
    try:
        return reader.picture(level)
    finally:
        reader.close()


def tile_pack_path(alias: str) -> Path | None:
    """Return the pack behind a tile alias that has not expired."""
    found = TileAlias.objects.filter(alias=alias, expires_at__gt=timezone.now()).select_related("image").first()
    return pack_local(found.image.pack_path) if found else None
