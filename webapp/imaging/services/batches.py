"""Brings many files into the library: in parallel, and again where an earlier batch was cut off."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from webapp.core.errors import ConflictError, DomainError, StorageError
from webapp.core.tokens import signature
from webapp.imaging.ingest.bounded import Limits, Outcome, bounded
from webapp.imaging.ingest.prepare import WORK, Job, Prepared
from webapp.imaging.models import Image, IngestFile, IngestRun
from webapp.imaging.selectors import image_duplicate, ingest_known
from webapp.imaging.services.files import FILE_SOURCES, failure_reason, file_job, pack_drop, prepared_adopt

SEEN_S = 2.0
ADDED, DUPLICATE, REFUSED = IngestFile.Status.ADDED, IngestFile.Status.DUPLICATE, IngestFile.Status.REFUSED
COUNTED = {ADDED: "added", DUPLICATE: "duplicates", REFUSED: "refused"}


@dataclass(frozen=True)
class Fate:
    """What became of a file of a batch."""

    path: Path
    status: str
    reason: str = ""
    token: str = ""


Told = Callable[[Fate], None]


def batch_ingest(
    files: Sequence[Path],
    *,
    source: str,
    labels: Mapping[Path, Mapping[str, str]],
    workers: int,
    told: Told,
    limits: Limits | None = None,
) -> IngestRun:
    """Bring in files in processes of their own; no file can stop the others.

    A file that an earlier batch has added is known again by its bytes and not read a second time, so a batch
    that was killed goes on where it was when it is started again.

    Args:
        files: what to bring in.
        source: original, phantom or generated.
        labels: what is known beside a file, by its path.
        workers: how many processes.
        told: called with each file's fate as it comes.
        limits: of each file.

    Raises:
        DomainError: for another source.
        StorageError: when packs can't be written; what was added until then stays.
    """
    if source not in FILE_SOURCES:
        raise DomainError(f"{source!r} is not a source for files.", field="source")
    run = IngestRun.objects.create(source=source, total=len(files), seen_at=timezone.now())
    batch = _Batch(run, labels, told)
    try:
        for outcome in bounded(WORK, batch.jobs(files), workers=workers, limits=limits):
            if outcome is not None:
                batch.settle(outcome)
            batch.seen()
    except BaseException as error:
        words = error.message if isinstance(error, DomainError) else "It was interrupted."
        batch.end(IngestRun.State.STOPPED, f"{words} Run the same command again to go on.")
        raise
    batch.end(IngestRun.State.DONE, "")
    return run


class _Batch:
    """The writer of one run."""

    def __init__(self, run: IngestRun, labels: Mapping[Path, Mapping[str, str]], told: Told) -> None:
        self.run, self.labels, self.told = run, labels, told
        self.seen_at = time.monotonic()

    def jobs(self, files: Sequence[Path]) -> Iterator[Job]:
        """Yield the files that must be read; settle those that are known or whose labels are wrong."""
        for path in files:
            known = self._known(path)
            if known is not None:
                reason = f"{path.name} was not added: the same file is already in the library as “{known.title}”."
                self._write(Fate(path, DUPLICATE, reason, known.token), image=known)
                continue
            yield file_job(path, source=self.run.source, labels=self.labels.get(path, {}))

    def settle(self, outcome: Outcome) -> None:
        """Write what came of a file.

        Raises:
            StorageError: when its pack could not be written.
        """
        job: Job = outcome.job
        if outcome.failure:
            pack_drop(job)
            self._write(Fate(job.path, REFUSED, failure_reason(outcome)))
            return
        done: Prepared = outcome.result
        if done.storage:
            raise StorageError(f"{job.path.name} was not added: {done.storage}.")
        if done.facts is None:
            self._write(Fate(job.path, REFUSED, done.reason), done)
            return
        try:
            image = prepared_adopt(job, done.facts, source=self.run.source, created_by=None)
        except ConflictError as error:
            self._write(Fate(job.path, DUPLICATE, error.message), done, image_duplicate(done.facts.pixel_sha256))
        else:
            self._write(Fate(job.path, ADDED, token=image.token), done, image)

    def _known(self, path: Path) -> Image | None:
        try:
            size = path.stat().st_size
            if size > settings.UPLOAD_MAX_BYTES or not ingest_known(size):
                return None
            with path.open("rb") as file:
                return ingest_known(size, fingerprint(hashlib.file_digest(file, "sha256").hexdigest()))
        except OSError:
            return None  # the process that reads it says why

    def _write(self, fate: Fate, done: Prepared | None = None, image: Image | None = None) -> None:
        IngestFile.objects.create(
            run=self.run,
            status=fate.status,
            size=done.size if done else 0,
            fingerprint=fingerprint(done.sha256) if done and done.sha256 else "",
            image=image,
            path="" if fate.status == ADDED else str(fate.path).encode(errors="replace").decode(),
            reason=fate.reason,
        )
        name = COUNTED[IngestFile.Status(fate.status)]
        setattr(self.run, name, getattr(self.run, name) + 1)
        self.told(fate)

    def seen(self) -> None:
        """Let pages know every few seconds how far the batch is."""
        if time.monotonic() - self.seen_at > SEEN_S:
            self.seen_at = time.monotonic()
            self.run.seen_at = timezone.now()
            self.run.save()

    def end(self, state: str, message: str) -> None:
        """Close the run."""
        self.run.state, self.run.message, self.run.seen_at = state, message[:300], timezone.now()
        self.run.save()


def fingerprint(sha256: str) -> str:
    """Return how a file is known again: bound to this site, so that nobody else can look the file up by it."""
    return signature(_key(settings.SECRET_KEY), sha256)


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return hashlib.sha256(b"mambo file key|" + secret.encode()).digest()
