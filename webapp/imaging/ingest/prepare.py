"""One file: read, brought into canonical form, its pack written. Runs in a process of its own."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from webapp.imaging.ingest.errors import IngestError
from webapp.imaging.ingest.files import file_bytes
from webapp.imaging.ingest.read import read_source
from webapp.imaging.ingest.source import PictureFacts
from webapp.imaging.pyramid.packfile import write_pack

WORK = "webapp.imaging.ingest.prepare:prepare"
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True)
class Job:
    """A file to prepare.

    Args:
        path: the file.
        limit: the most bytes that are read.
        labels: what is known beside it.
        pack: where its pack shall lie; none for a look only.
        refuse_synthetic: why a file that says of itself that it is synthetic is refused; "" takes it.
        title: what the file is called in messages; "" is its own name.
        data: the file itself, where it lies on no disk.
    """

    path: Path
    limit: int
    labels: Mapping[str, str] = field(default_factory=dict)
    pack: Path | None = None
    refuse_synthetic: str = ""
    title: str = ""
    data: bytes | None = None

    @property
    def name(self) -> str:
        """What the file is called in messages."""
        return self.title or self.path.name


@dataclass(frozen=True)
class Prepared:
    """What came of a file: facts, or the reason why not.

    Args:
        facts: of the picture; none when it was refused.
        reason: a sentence that names the file, or "".
        sha256: of the file's bytes, "" when they could not be read.
        size: of the file in bytes.
        storage: why its pack could not be written; not the file's fault, so the batch must stop.
    """

    facts: PictureFacts | None = None
    reason: str = ""
    sha256: str = ""
    size: int = 0
    storage: str = ""


def prepare(job: Job) -> Prepared:
    """Read a file and write its pack; whatever the file holds, an answer comes back."""
    name = job.name
    sha256, size = "", 0
    try:
        data = file_bytes(job.path, limit=job.limit, name=name) if job.data is None else job.data
        sha256, size = hashlib.sha256(data).hexdigest(), len(data)
        source = read_source(data, name, job.labels)
        del data
        if source.synthetic and job.refuse_synthetic:
            raise IngestError(name, *job.refuse_synthetic.split("|", 1))
    except IngestError as error:
        return Prepared(reason=str(error), sha256=sha256, size=size)
    except MemoryError:
        return Prepared(reason=str(IngestError(name, "it needs more memory than one file may")), size=size)
    if job.pack is not None:
        try:
            write_pack(job.pack, source.pixels, bits=source.bits)
        except OSError as error:
            return Prepared(storage=storage_trouble(error), sha256=sha256, size=size)
    return Prepared(source.facts, sha256=sha256, size=size)


def storage_trouble(error: OSError) -> str:
    """Return why packs can't be written, for the person who runs the batch."""
    if error.errno in FULL:
        return "the disk of the tile packs is full"
    return f"the folder of the tile packs can't be written ({error.strerror or error})"
