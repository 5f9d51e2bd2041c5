"""Brings files into the library, one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from webapp.core.errors import DomainError
from webapp.imaging.ingest.errors import IngestError
from webapp.imaging.ingest.files import file_bytes
from webapp.imaging.ingest.labels import checked_labels
from webapp.imaging.ingest.read import read_source
from webapp.imaging.ingest.source import SourceImage
from webapp.imaging.models import Image, Source
from webapp.imaging.selectors import image_duplicate
from webapp.imaging.services.images import duplicate_error, image_add

SYNTHETIC_REFUSED = "it says of itself that it is synthetic|Add it as generated."
FILE_SOURCES = (Source.ORIGINAL, Source.PHANTOM, Source.GENERATED)


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
    """Bring in a file: read it, turn it into canonical form, add it.

    Args:
        path_or_file: a path or an open binary file.
        name: the file's name, for the title and for messages.
        created_by: the person who brings it, or none.
        source: original, phantom or generated.
        labels: what is known beside the file: birads, density, view, laterality, pixel_spacing_mm.

    Raises:
        DomainError: when the file can't be added; the message names it and says why. Nothing is left behind.
        ConflictError: when the same picture is in the library; the message names that one.
    """
    if source not in FILE_SOURCES:
        raise DomainError(f"{name} was not added: {source!r} is not a source for files.", field="source")
    raster = source_read(path_or_file, name=name, labels=labels)
    if raster.synthetic and source == Source.ORIGINAL:
        # Its own header knows better than the person who brings it: the truth of a study hangs on the source.
        raise DomainError(str(IngestError(name, *SYNTHETIC_REFUSED.split("|"))), field="source")
    if image_duplicate(raster.pixel_sha256):
        raise duplicate_error(name, raster.pixel_sha256)
    known = checked_labels(labels or {}, name)
    return image_add(raster, title=name, source=source, created_by=created_by, labels=known)


def source_read(
    path_or_file: Path | Readable, *, name: str, labels: Mapping[str, Any] | None = None
) -> SourceImage:
    """Read a file into canonical form without adding it.

    Raises:
        DomainError: when the file can't be added.
    """
    limit = settings.UPLOAD_MAX_BYTES
    try:
        data = (
            file_bytes(path_or_file, limit=limit)
            if isinstance(path_or_file, Path)
            else path_or_file.read(limit + 1)
        )
        if len(data) > limit:
            raise IngestError(name, f"it is larger than {limit // (1024 * 1024)} MB")
        return read_source(data, name, labels)
    except IngestError as error:
        raise DomainError(str(error), field="file") from error
