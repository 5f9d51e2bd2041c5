"""Writes pictures and their packs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import IntegrityError, transaction

from webapp.core.errors import ConflictError, DomainError
from webapp.imaging.ingest.breast import breast_mask
from webapp.imaging.ingest.errors import IngestError
from webapp.imaging.ingest.labels import checked_labels
from webapp.imaging.ingest.read import read_source
from webapp.imaging.ingest.source import Preset, SourceImage
from webapp.imaging.ingest.study_canvas import study_canvas, study_window
from webapp.imaging.ingest.voi import percentile_window
from webapp.imaging.models import Image, Provenance, Source
from webapp.imaging.pyramid.packfile import write_pack
from webapp.imaging.selectors import image_duplicate, image_pixels


class Readable(Protocol):
    """An open binary file, uploaded or not."""

    def read(self, size: int = ..., /) -> bytes:
        """Return up to `size` bytes."""
        ...


PROVENANCE_FIELDS = frozenset(
    {"kind", "bundle", "digest", "seed", "labels", "sampler", "steps", "guidance", "code_version", "request_id"}
)


def image_add(
    raster: SourceImage,
    *,
    title: str,
    source: str,
    created_by: Any,
    labels: Mapping[str, str] | None = None,
    provenance: Mapping[str, Any] | None = None,
) -> Image:
    """Add a picture: its pack first, then its row. A failure leaves neither.

    Args:
        raster: the picture in canonical form.
        title: how people shall find it.
        source: a value of `Source`.
        created_by: the person who brings or asked for it, or none.
        labels: any of birads, density, view, laterality; view and laterality of `raster` win.
        provenance: any of kind, bundle, digest, seed, labels, sampler, steps, guidance, code_version, request_id.

    Raises:
        DomainError: for an unknown source or provenance field.
        ConflictError: when an original or phantom with the same pixels is there.
    """
    if source not in Source.values:
        raise DomainError(
            f"Unknown source {source!r}: expected one of {', '.join(Source.values)}.", field="source"
        )
    unknown = set(provenance or {}) - PROVENANCE_FIELDS
    if unknown:
        raise DomainError(f"Unknown provenance {', '.join(sorted(unknown))}.", field="provenance")
    image = _image_row(raster, title=title, source=source, labels=labels or {})
    image.created_by = created_by
    write_pack(image.pack_path, raster.pixels, bits=raster.bits)
    try:
        with transaction.atomic():
            image.save()
            if provenance is not None:
                Provenance.objects.create(image=image, **provenance)
    except IntegrityError as error:
        image.pack_path.unlink(missing_ok=True)
        raise _duplicate(title, raster) from error
    except BaseException:
        image.pack_path.unlink(missing_ok=True)
        raise
    return image


def _image_row(raster: SourceImage, *, title: str, source: str, labels: Mapping[str, str]) -> Image:
    window = raster.window or percentile_window(raster.pixels, breast_mask(raster.pixels))
    row_mm, column_mm = raster.spacing_mm or (None, None)
    return Image(
        title=title[:200],
        source=source,
        rows=raster.rows,
        columns=raster.columns,
        bits=raster.bits,
        pixel_spacing_mm_row=row_mm,
        pixel_spacing_mm_column=column_mm,
        spacing_kind=raster.spacing_kind,
        laterality=raster.laterality or labels.get("laterality", ""),
        view=raster.view or labels.get("view", ""),
        birads=labels.get("birads", ""),
        density=labels.get("density", ""),
        window_center=window.center,
        window_width=window.width,
        voi_function=window.function,
        presets=[_preset_fields(preset) for preset in raster.presets],
        pixel_sha256=raster.pixel_sha256,
        header=dict(raster.header),
    )


def _preset_fields(preset: Preset) -> dict[str, Any]:
    window = preset.window
    fields = {"name": preset.name, "center": window.center, "width": window.width, "function": window.function}
    if preset.table:
        table = preset.table
        fields["table"] = {"first": table.first, "bits": table.bits, "levels": list(table.levels)}
    return fields


def _duplicate(name: str, raster: SourceImage) -> ConflictError:
    existing = image_duplicate(raster)
    known = f" as “{existing.title}”" if existing else ""
    return ConflictError(f"{name} was not added: the same picture is already in the library{known}.", field="file")


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
    if source not in {Source.ORIGINAL, Source.PHANTOM, Source.GENERATED}:
        raise DomainError(f"{name} was not added: {source!r} is not a source for files.", field="source")
    raster = source_read(path_or_file, name=name, labels=labels)
    if raster.synthetic and source == Source.ORIGINAL:
        # Its own header knows better than the person who brings it: the truth of a study hangs on the source.
        raise DomainError(
            f"{name} was not added: it says of itself that it is synthetic. Add it as generated.", field="source"
        )
    if image_duplicate(raster):
        raise _duplicate(name, raster)
    known = checked_labels(labels or {}, name)
    return image_add(raster, title=name, source=source, created_by=created_by, labels=known)


def source_read(
    path_or_file: Path | Readable, *, name: str, labels: Mapping[str, Any] | None = None
) -> SourceImage:
    """Read a file into canonical form without adding it.

    Raises:
        DomainError: when the file can't be added.
    """
    try:
        if isinstance(path_or_file, Path):
            size = path_or_file.stat().st_size
            data = path_or_file.read_bytes() if size <= settings.UPLOAD_MAX_BYTES else b""
        else:
            data = path_or_file.read(settings.UPLOAD_MAX_BYTES + 1)
            size = len(data)
    except OSError as error:
        raise DomainError(f"{name} was not added: it can't be opened ({error.strerror}).", field="file") from error
    if size > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
        raise DomainError(f"{name} was not added: it is larger than {limit} MB.", field="file")
    try:
        return read_source(data, name, labels)
    except IngestError as error:
        raise DomainError(str(error), field="file") from error


def image_normalize(image: Image, *, rows: int, columns: int, seed: int) -> Image:
    """Make a study's own copy of a picture: one path for every arm, so that only the breast can tell them apart.

    The copy has no title, labels, spacing or header of its own; the study keeps what belongs to it.

    Args:
        image: a picture of the library.
        rows: height of the study's canvas, px.
        columns: width of the study's canvas, px.
        seed: of the dither and the small shift.

    Raises:
        DomainError: when no breast can be found in it.
    """
    pixels = image_pixels(image)
    mask = breast_mask(pixels)
    try:
        canvas = study_canvas(pixels, mask, rows, columns, seed)
    except ValueError as error:
        raise DomainError(f"“{image.title}” can't be prepared: {error}.", field="image") from error
    raster = SourceImage(pixels=canvas, bits=12, window=study_window())
    return image_add(raster, title="Study picture", source=Source.STUDY, created_by=None)


def image_delete(image: Image) -> None:
    """Remove a picture, its addresses and its pack. A picture that something else refers to stays.

    Raises:
        ProtectedError: when a row elsewhere protects it.
    """
    path = image.pack_path
    with transaction.atomic():
        image.delete()
        transaction.on_commit(lambda: path.unlink(missing_ok=True))
