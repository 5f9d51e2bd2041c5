"""Files that any host of the site may need: in the data folder, and in a store where `MAMBO_STORE` names one.

The local file is what is read and written; with a store it is a copy. A file is never seen half-written, here or
there. Packs have a module of their own (`webapp.imaging.pack_store`), since their cache is bounded.
"""

from __future__ import annotations

import datetime
import logging
import secrets
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages

from webapp.core.errors import StorageError

logger = logging.getLogger(__name__)

NAME = "kept"
CHUNK = 1 << 20
AWAY = "The store of the site's files can't be reached. Try again later."


def kept_path(name: str) -> Path:
    """Return where a file such as `tables/x.csv` lies on this disk."""
    return Path(settings.DATA_DIR) / name


def kept_save(name: str) -> None:
    """Copy a file that was just written into the store.

    Raises:
        StorageError: when the store refuses.
    """
    store = _store()
    if store is not None:
        store_save(store, name, kept_path(name))


def kept_bring(name: str, *, again: bool = False) -> Path:
    """Return a file's place on this disk, brought from the store when it is not here; there may be none.

    Args:
        name: of the file.
        again: bring it also where one is here: another host may have written a newer one.

    Raises:
        StorageError: when it is in the store and can't be brought.
    """
    store, path = _store(), kept_path(name)
    if store is not None and (again or not path.is_file()):
        store_bring(store, name, path)
    return path


def kept_remove(name: str) -> None:
    """Remove a file here and in the store; a store that is away keeps its copy, and the log says so."""
    kept_path(name).unlink(missing_ok=True)
    store = _store()
    if store is None:
        return
    try:
        store.delete(name)
    except Exception:  # each backend raises its own
        logger.exception("a file stays in the store: %s", name)


def kept_times(folder: str) -> dict[str, datetime.datetime]:
    """Return when each file of a folder was written, here or in the store, by its name without the folder.

    A store that is away shows nothing; the log says so.
    """
    here = kept_path(folder)
    files = [path for path in here.iterdir() if path.is_file()] if here.is_dir() else []
    found = {path.name: datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC) for path in files}
    store = _store()
    if store is None:
        return found
    try:
        for name in store.listdir(folder)[1]:
            found.setdefault(name, store.get_modified_time(f"{folder}/{name}"))
    except Exception:  # each backend raises its own
        logger.exception("the store can't be listed")
    return found


def store_save(store: Storage, name: str, path: Path) -> None:
    """Copy a file into a store.

    Raises:
        StorageError: when the store refuses.
    """
    try:
        with path.open("rb") as file:
            store.save(name, File(file))
    except Exception as error:  # each backend raises its own
        logger.exception("a file was not stored")
        raise StorageError(AWAY) from error


def store_bring(store: Storage, name: str, path: Path) -> None:
    """Copy a file out of a store, whole or not at all; one that is not there leaves things as they are.

    Raises:
        StorageError: when it is there and can't be brought.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with store.open(name) as source, draft.open("wb") as target:
            while data := source.read(CHUNK):
                target.write(data)
        draft.rename(path)
    except FileNotFoundError:
        return
    except Exception as error:  # each backend raises its own
        logger.exception("a file was not brought from the store")
        raise StorageError(AWAY) from error
    finally:
        draft.unlink(missing_ok=True)


def _store() -> Storage | None:
    return storages[NAME] if NAME in settings.STORAGES else None
