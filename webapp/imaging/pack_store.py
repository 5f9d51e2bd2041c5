"""Where packs are kept: on this disk, or in a store such as S3 with this disk as its cache.

Tiles are served from memory-mapped files, so a pack is always brought here whole before it is read. Without a
storage named `packs` in the settings the local folder is all there is, and nothing here does anything.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

from django.conf import settings
from django.core.files.storage import Storage, storages

from webapp.core.kept import store_bring, store_save

logger = logging.getLogger(__name__)

NAME = "packs"


def _store() -> Storage | None:
    return storages[NAME] if NAME in settings.STORAGES else None


def packs_are_shared() -> bool:
    """Tell whether packs pass through a store, so that another process can't see a file grow on this disk."""
    return _store() is not None


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def pack_keep(path: Path) -> None:
    """Copy a pack that was just written into the store.

    Raises:
        StorageError: when the store refuses.
    """
    store = _store()
    if store is None:
        return
    store_save(store, _name(path), path)


def pack_local(path: Path) -> Path:
    """Return the pack on this disk, brought from the store when it is not here; it counts as used now.

    Raises:
        StorageError: when it is there and can't be brought.
    """
    store = _store()
    if store is None:
        return path
    try:
        os.utime(path)
    except FileNotFoundError:
        store_bring(store, _name(path), path)  # one that is nowhere: opening it says that it is missing
    return path


def pack_remove(path: Path) -> None:
    """Remove a pack here and in the store; a store that is away keeps its copy, and the log says so."""
    path.unlink(missing_ok=True)
    store = _store()
    if store is None:
        return
    try:
        store.delete(_name(path))
    except Exception:  # each backend raises its own
        logger.exception("a pack stays in the store: %s", _name(path))


def cache_trim(limit: int | None = None) -> int:
    """Remove the packs that were used longest ago from this disk until the rest fits; return how many.

    Without a store this does nothing: the packs here are the only ones. A pack that is open stays readable.

    Args:
        limit: bytes; PACK_CACHE_BYTES of the settings when absent.
    """
    store = _store()
    if store is None:
        return 0
    limit = settings.PACK_CACHE_BYTES if limit is None else limit
    packs = [path for path in Path(settings.PACK_DIR).glob("*/*.pack") if not path.name.startswith(".")]
    ages = sorted(((path.stat(), path) for path in packs), key=lambda pair: pair[0].st_mtime, reverse=True)
    total, removed = 0, 0
    for facts, path in ages:
        total += facts.st_size
        if total > limit and store.exists(_name(path)):
            path.unlink(missing_ok=True)
            removed += 1
    return removed
