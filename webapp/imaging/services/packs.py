"""Removes what killed processes leave in the folder of packs."""

from __future__ import annotations

import time
from itertools import islice
from pathlib import Path

from django.conf import settings

from webapp.imaging.models import Image
from webapp.imaging.pack_store import pack_remove

DRAFT_S = 60 * 60  # no pack takes an hour to write
STRAY_S = 24 * 60 * 60  # a pack lies there before its row does; a batch's row comes within minutes
LOOK_UP = 500


def packs_sweep(now: float | None = None) -> int:
    """Remove drafts of packs that were never finished and packs that no picture names; return how many.

    Args:
        now: Unix time in seconds; the present when absent.
    """
    now = time.time() if now is None else now
    folder, removed = Path(settings.PACK_DIR), 0
    for draft in folder.glob("*/.*.pack.*"):
        removed += _remove(draft, now - DRAFT_S)
    packs = (path for path in folder.glob("*/*.pack") if not path.name.startswith("."))
    while keys := {path.stem: path for path in islice(packs, LOOK_UP)}:
        known = set(Image.objects.filter(pack_key__in=keys).values_list("pack_key", flat=True))
        for key in keys.keys() - known:
            removed += _remove(keys[key], now - STRAY_S)
    return removed


def _remove(path: Path, before: float) -> int:
    try:
        if path.stat().st_mtime >= before:
            return 0
        pack_remove(path)
    except FileNotFoundError:
        return 0
    return 1
