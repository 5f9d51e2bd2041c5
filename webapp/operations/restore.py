"""Brings a backup back into an empty place and proves that it is the same."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from webapp.core.errors import ConflictError, StorageError
from webapp.core.kept import kept_path, kept_save
from webapp.imaging.pack_store import pack_keep
from webapp.operations.backup import Manifest, Progress, files_check, heads_read, manifest_read
from webapp.operations.database import empty_check, load

PACKS = "packs"


def backup_restore(folder: Path, progress: Progress = lambda done, count: None) -> Manifest:
    """Restore a backup, migrate it to this version, and compare the heads of all records.

    Raises:
        NotFoundError: when the folder is no backup.
        ConflictError: when database or pack folder are not empty, or a record's head differs afterwards.
        StorageError: when a file of the backup is missing or changed, or can't be written.
    """
    manifest = manifest_read(folder)
    packs = Path(settings.PACK_DIR)
    if packs.is_dir() and any(packs.rglob("*.pack")):
        raise ConflictError(f"{packs} has tile packs already. A backup is restored into an empty place.")
    empty_check()
    files_check(folder, manifest)
    load(folder / manifest.database)
    names = [name for name in manifest.sha256 if name != manifest.database]
    for done, name in enumerate(names, 1):
        _bring(folder, name)
        progress(done, len(names))
    _migrate()
    if heads_read() != manifest.heads:
        raise ConflictError("The records differ from those of the backup. Don't use this place; report it.")
    return manifest


def _bring(folder: Path, name: str) -> None:
    """Put one file of the backup where it was: a pack, or an original."""
    is_pack = name.startswith(f"{PACKS}/")
    target = Path(settings.PACK_DIR) / Path(name).relative_to(PACKS) if is_pack else kept_path(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(folder / name, target)
    except OSError as error:
        raise StorageError(f"{target}: {error.strerror}.") from error
    if is_pack:
        pack_keep(target)
    else:
        target.chmod(0o600)
        kept_save(name)


def _migrate() -> None:
    executor = MigrationExecutor(connection)
    known = {(app, name) for app, name in executor.loader.graph.nodes}
    newer = sorted(f"{app}.{name}" for app, name in executor.loader.applied_migrations if (app, name) not in known)
    if newer:
        raise ConflictError(f"The backup is of a newer version: it has {', '.join(newer[:3])}. Install that one.")
    call_command("migrate", interactive=False, verbosity=0)
