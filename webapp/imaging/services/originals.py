"""Files as they were brought in, kept only where `MAMBO_KEEP_ORIGINALS` says so: they name patients.

Nothing that speaks HTTP reads them. `manage.py original` writes one out.
"""

from __future__ import annotations

import shutil

from django.conf import settings

from webapp.core.errors import NotFoundError, StorageError
from webapp.core.kept import kept_bring, kept_path, kept_remove, kept_save
from webapp.imaging.ingest.prepare import Job
from webapp.imaging.models import Image

FOLDER = "originals"


def original_keep(job: Job) -> None:
    """Keep the file of a picture that is being added, under the name of its pack.

    Raises:
        StorageError: when disk or store refuse.
    """
    if not settings.KEEP_ORIGINALS or job.pack is None:
        return
    name = original_name(job.pack.stem)
    path = kept_path(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if job.data is None:
            shutil.copyfile(job.path, path)
        else:
            path.write_bytes(job.data)
        path.chmod(0o600)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise StorageError(f"{job.name} was not added: {error.strerror}.") from error
    kept_save(name)


def original_remove(pack_key: str) -> None:
    """Remove what may have been kept of a picture."""
    if settings.KEEP_ORIGINALS or kept_path(FOLDER).is_dir():
        kept_remove(original_name(pack_key))


def original_bytes(image: Image) -> bytes:
    """Return the file that a picture was made of.

    Raises:
        NotFoundError: when it was not kept.
        StorageError: when the store can't be reached.
    """
    path = kept_bring(original_name(image.pack_key))
    if not path.is_file():
        raise NotFoundError("The file of this picture was not kept.")
    return path.read_bytes()


def original_name(pack_key: str) -> str:
    """Return the name under which the file of a pack's picture is kept."""
    return f"{FOLDER}/{pack_key[:2]}/{pack_key}"
