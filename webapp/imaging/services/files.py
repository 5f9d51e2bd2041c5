"""Brings files into the library: what is asked of each, and one at a time for the page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from webapp.core.errors import DomainError, StorageError
from webapp.core.tokens import random_token
from webapp.imaging.ingest.bounded import DIED, TIME, Outcome
from webapp.imaging.ingest.errors import IngestError
from webapp.imaging.ingest.files import too_large
from webapp.imaging.ingest.labels import checked_labels
from webapp.imaging.ingest.prepare import WORK, Job, Prepared
from webapp.imaging.ingest.source import PictureFacts
from webapp.imaging.ingest.standby import Standby
from webapp.imaging.models import Image, Source
from webapp.imaging.selectors import image_duplicate
from webapp.imaging.services.images import duplicate_error, image_adopt, pack_path_of
from webapp.imaging.services.originals import original_keep, original_remove

SYNTHETIC_REFUSED = "it says of itself that it is synthetic|Add it as generated."
FILE_SOURCES = (Source.ORIGINAL, Source.PHANTOM, Source.GENERATED)

reading = Standby(WORK)
"""Where uploads are read: a decoder that crashes, hangs or takes all the memory does not take the site along."""


class Readable(Protocol):
    """An open binary file, uploaded or not."""

    def read(self, size: int = ..., /) -> bytes:
        """Return up to `size` bytes."""
        ...


def image_ingest(
    path_or_file: Path | Readable,
    *,
    name: str,
    created_by: Any,
    source: str = Source.ORIGINAL,
    labels: Mapping[str, Any] | None = None,
) -> Image:
    """Bring in a file: a process of its own reads it and writes its pack, the row follows.

    Args:
        path_or_file: a path or an open binary file.
        name: the file's name, for the title and for messages.
        created_by: the person who brings it, or none.
        source: original, phantom or generated.
        labels: what is known beside the file: birads, density, view, laterality, pixel_spacing_mm.

    Raises:
        DomainError: when the file can't be added; the message names it and says why. Nothing is left behind.
        ConflictError: when the same picture is in the library; the message names that one.
        StorageError: when the disk refuses its pack.
    """
    if source not in FILE_SOURCES:
        raise DomainError(f"{name} was not added: {source!r} is not a source for files.", field="source")
    try:
        known = checked_labels(labels or {}, name)
        path, data = _place(path_or_file, name)
    except IngestError as error:
        raise DomainError(str(error), field="file") from error
    job = file_job(path, source=source, labels=known, title=name, data=data)
    outcome = reading.run(job)
    done: Prepared = outcome.result
    if outcome.failure:
        pack_drop(job)
        raise DomainError(failure_reason(outcome), field="file")
    if done.storage:
        raise StorageError(f"{name} was not added: {done.storage}.")
    if done.facts is None:
        raise DomainError(done.reason, field="file")
    return prepared_adopt(job, done.facts, source=source, created_by=created_by)


def file_job(
    path: Path, *, source: str, labels: Mapping[str, str], title: str = "", data: bytes | None = None
) -> Job:
    """Return what a process shall do with a file that is to be added."""
    return Job(
        path=path,
        limit=settings.UPLOAD_MAX_BYTES,
        labels=dict(labels),
        pack=pack_path_of(random_token()),
        # Its own header knows better than the person who brings it: the truth of a study hangs on the source.
        refuse_synthetic=SYNTHETIC_REFUSED if source == Source.ORIGINAL else "",
        title=title,
        data=data,
    )


def prepared_adopt(job: Job, facts: PictureFacts, *, source: str, created_by: Any) -> Image:
    """Add the picture whose pack a process has written.

    Raises:
        ConflictError: when the same picture is in the library; the pack is then removed.
        StorageError: when its pack or its original can't be kept; nothing is left behind.
    """
    assert job.pack is not None  # noqa: S101  a job of `file_job`
    if image_duplicate(facts.pixel_sha256):
        pack_drop(job)
        raise duplicate_error(job.name, facts.pixel_sha256)
    try:
        original_keep(job)
        return image_adopt(
            facts,
            pack_key=job.pack.stem,
            title=job.name,
            source=source,
            created_by=created_by,
            labels=checked_labels(job.labels, job.name),
        )
    except DomainError:
        original_remove(job.pack.stem)
        pack_drop(job)
        raise


def pack_drop(job: Job) -> None:
    """Remove the pack that a job may have left."""
    if job.pack is not None:
        job.pack.unlink(missing_ok=True)


def failure_reason(outcome: Outcome) -> str:
    """Return why a file came to nothing whose process failed, not its reading."""
    name = outcome.job.name
    if outcome.failure == TIME:
        return str(IngestError(name, f"reading it took longer than {outcome.seconds:.0f} s"))
    what = "reading it ended the process" if outcome.failure == DIED else "reading it failed in an unknown way"
    return str(IngestError(name, f"{what} ({outcome.detail})"))


def _place(path_or_file: Path | Readable, name: str) -> tuple[Path, bytes | None]:
    """Return where the file lies, or its bytes: no upload is written to a disk for this."""
    if isinstance(path_or_file, Path):
        return path_or_file, None
    spooled = getattr(path_or_file, "temporary_file_path", None)  # the server has put a large upload there itself
    if spooled is not None:
        return Path(spooled()), None
    data = path_or_file.read(settings.UPLOAD_MAX_BYTES + 1)
    if len(data) > settings.UPLOAD_MAX_BYTES:
        raise too_large(name, settings.UPLOAD_MAX_BYTES)
    return Path(name), data
