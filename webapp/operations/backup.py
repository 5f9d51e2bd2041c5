"""A backup is a folder: the database, the tile packs, and a manifest with hashes and the heads of the records."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from studies.models.study import Study
from studies.selectors.audit import chain_verify
from webapp.core.errors import ConflictError, NotFoundError, StorageError
from webapp.core.kept import kept_bring, kept_path
from webapp.imaging.models import Image
from webapp.imaging.pack_store import pack_local
from webapp.imaging.services.originals import original_name
from webapp.operations.database import dump, frozen

MANIFEST = "manifest.json"
FORMAT = 1

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Head:
    """Where a study's record stood: its slug, how many events, and the hash of the last."""

    study: str
    events: int
    hash: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    Args:
        database: name of the database's file.
        sha256: SHA-256 of every file by its path in the folder.
        heads: of every study.
        software: version that wrote it.
        made_at: ISO 8601.
    """

    database: str
    sha256: dict[str, str]
    heads: list[Head]
    software: str
    made_at: str
    format: int = field(default=FORMAT)


def backup_make(folder: Path, progress: Progress = lambda done, count: None) -> Manifest:
    """Write a backup into an empty folder; the manifest comes last, so a folder without one is no backup.

    Packs never change once they are written, so they are copied after the database was read: every picture
    of the snapshot has its pack.

    Raises:
        ConflictError: when the folder has files, or a record is broken (mend or explain that first).
        StorageError: when a pack is missing, the disk is full, or the database's tool refuses.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ConflictError(f"{folder} is not empty. A backup is made in an empty folder.")
    with frozen() as snapshot:
        heads = heads_read()
        keys = list(Image.objects.order_by("pack_key").values_list("pack_key", flat=True))
        file = dump(folder, snapshot)
    hashes = {file.name: file_hash(file)}
    for done, key in enumerate(keys, 1):
        name = f"packs/{key[:2]}/{key}.pack"
        hashes[name] = _copy(pack_local(Path(settings.PACK_DIR) / key[:2] / f"{key}.pack"), folder / name)
        original = original_name(key)
        if settings.KEEP_ORIGINALS and kept_bring(original).is_file():
            hashes[original] = _copy(kept_path(original), folder / original)
        progress(done, len(keys))
    manifest = Manifest(file.name, hashes, heads, metadata.version("mambo-reader"), timezone.now().isoformat())
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1) + "\n")
    return manifest


def manifest_read(folder: Path) -> Manifest:
    """Return the manifest of a backup.

    Raises:
        NotFoundError: when there is none: it is no backup, or one that was never finished.
        ConflictError: when it is of another format.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise NotFoundError(f"{folder} has no {MANIFEST}: it is not a finished backup.")
    body: dict[str, Any] = json.loads(path.read_text())
    if body.get("format") != FORMAT:
        raise ConflictError(f"{path}: got format {body.get('format')!r}, expected {FORMAT}.")
    return Manifest(**{**body, "heads": [Head(**head) for head in body["heads"]]})


def files_check(folder: Path, manifest: Manifest) -> None:
    """Compare every file with its hash.

    Raises:
        StorageError: naming the first file that is missing or changed.
    """
    for name, expected in manifest.sha256.items():
        path = folder / name
        if not path.is_file():
            raise StorageError(f"{name}: missing from the backup.")
        if file_hash(path) != expected:
            raise StorageError(f"{name}: changed since the backup was made.")


def heads_read() -> list[Head]:
    """Walk every study's record and return its head.

    Raises:
        ConflictError: for a record that is broken.
    """
    return [_head(study) for study in Study.objects.order_by("slug")]


def file_hash(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _head(study: Study) -> Head:
    state = chain_verify(study)
    if not state.ok:
        raise ConflictError(f"{study.slug}: its record is broken. {state.why}")
    return Head(study.slug, state.count, state.head)


def _copy(source: Path, target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(source, target)
    except FileNotFoundError as error:
        raise StorageError(f"{source.name}: the pack of a picture is missing.") from error
    except OSError as error:
        raise StorageError(f"{target}: {error.strerror}.") from error
    return file_hash(target)
