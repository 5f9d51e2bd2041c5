"""Model bundles that lie in a store: brought to this disk once, whole or not at all."""

from __future__ import annotations

import hashlib
import logging
import secrets
import shutil
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.files.storage import Storage, storages

from webapp.core.errors import StorageError
from webapp.core.kept import kept_path, store_bring

logger = logging.getLogger(__name__)

SCHEME = "s3:"


def bundle_place(name: str) -> str:
    """Return a bundle's name or folder on this disk; one of the settings that lies in a store is brought first.

    What was brought stays: another model has to have another address. Several processes may bring it at once;
    one of them wins, and what a killed one left is not taken for a bundle. Its hashes are the loader's to check.

    Raises:
        StorageError: when it can't be brought.
    """
    if not name.startswith(SCHEME):
        return name
    place = kept_path("bundles") / hashlib.sha256(name.encode()).hexdigest()[:16] / PurePosixPath(name).name
    if not place.is_dir():
        _bring(name, place)
    return str(place)


def _bring(name: str, place: Path) -> None:
    store = storages["bundle" if name == settings.BUNDLE else "anomaly_bundle"]
    draft = place.parent / f".{secrets.token_hex(4)}"
    logger.info("bringing the bundle %s", name)
    try:
        files = _files(store)
        if not files:
            raise StorageError(f"There is no bundle at {name}.")
        for file in files:
            store_bring(store, file, draft / file)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.rename(place)
        except OSError:  # another process was first
            if not place.is_dir():
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _files(store: Storage) -> list[str]:
    try:
        return list(store.listdir("")[1])
    except Exception as error:  # each backend raises its own
        logger.exception("a bundle was not brought")
        raise StorageError("The store of the models can't be reached. Try again later.") from error
