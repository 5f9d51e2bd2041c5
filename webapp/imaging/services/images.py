"""Writes pictures and their packs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from webapp.core.errors import ConflictError, DomainError, StorageError
from webapp.imaging.ingest.breast import breast_mask
from webapp.imaging.ingest.prepare import storage_trouble
from webapp.imaging.ingest.source import PictureFacts, Preset, SourceImage, Window
from webapp.imaging.ingest.study_canvas import study_canvas, study_window
from webapp.imaging.ingest.voi import percentile_window
from webapp.imaging.models import Image, Provenance, Source
from webapp.imaging.pack_store import pack_keep, pack_remove
from webapp.imaging.pyramid.growing import GrowingPyramid
from webapp.imaging.pyramid.packfile import write_pack
from webapp.imaging.selectors import image_duplicate, image_pixels
from webapp.imaging.services.originals import original_remove

PROVENANCE_FIELDS = frozenset(
    {"kind", "bundle", "digest", "seed", "labels", "sampler", "steps", "guidance", "code_version", "request_id"}
)


def pack_path_of(pack_key: str) -> Path:
    """Return where the pack of this name lies."""
    return Image(pack_key=pack_key).pack_path


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
        StorageError: when the disk refuses its pack.
    """
    if source not in Source.values:
        raise DomainError(
            f"Unknown source {source!r}: expected one of {', '.join(Source.values)}.", field="source"
        )
    unknown = set(provenance or {}) - PROVENANCE_FIELDS
    if unknown:
        raise DomainError(f"Unknown provenance {', '.join(sorted(unknown))}.", field="provenance")
    window = raster.window or percentile_window(raster.pixels, breast_mask(raster.pixels))
    facts = replace(raster.facts, window=window)
    image = _image_row(facts, title=title, source=source, labels=labels or {})
    image.created_by = created_by
    try:
        write_pack(image.pack_path, raster.pixels, bits=raster.bits)
    except OSError as error:
        raise StorageError(f"{title} was not added: {storage_trouble(error)}.") from error
    return _image_save(image, provenance)


def image_grow(raster: SourceImage, *, title: str, created_by: Any) -> tuple[Image, GrowingPyramid]:
    """Add a preview whose pixels are still to change, for readers on this disk; remove it when it has grown up.

    Args:
        raster: what is seen where nothing has been drawn yet.
        title: how it is called.
        created_by: the person who asked for it, or none.

    Returns:
        The picture, and the only writer of its tiles.

    Raises:
        StorageError: when the disk refuses.
    """
    window = raster.window or percentile_window(raster.pixels, breast_mask(raster.pixels))
    image = _image_row(replace(raster.facts, window=window), title=title, source=Source.PREVIEW, labels={})
    image.created_by = created_by
    try:
        growing = GrowingPyramid(image.pack_path, raster.pixels, bits=raster.bits)
    except OSError as error:
        raise StorageError(f"{title} was not added: {storage_trouble(error)}.") from error
    try:
        image.save()
    except BaseException:
        growing.close()
        image.pack_path.unlink(missing_ok=True)
        raise
    return image, growing


def image_adopt(
    facts: PictureFacts,
    *,
    pack_key: str,
    title: str,
    source: str,
    created_by: Any,
    labels: Mapping[str, str] | None = None,
) -> Image:
    """Add the row of a picture whose pack was written by another process. A failure leaves neither.

    Args:
        facts: of the picture, with a window.
        pack_key: the name of its pack.
        title: how people shall find it.
        source: a value of `Source`.
        created_by: the person who brings it, or none.
        labels: as for `image_add`.

    Raises:
        ConflictError: when an original or phantom with the same pixels is there.
    """
    image = _image_row(facts, title=title, source=source, labels=labels or {})
    image.created_by, image.pack_key = created_by, pack_key
    return _image_save(image, None)


def _image_save(image: Image, provenance: Mapping[str, Any] | None) -> Image:
    try:
        pack_keep(image.pack_path)
        with transaction.atomic():
            image.save()
            if provenance is not None:
                Provenance.objects.create(image=image, **provenance)
    except IntegrityError as error:
        pack_remove(image.pack_path)
        raise duplicate_error(image.title, image.pixel_sha256) from error
    except BaseException:
        pack_remove(image.pack_path)
        raise
    return image


def _image_row(raster: PictureFacts, *, title: str, source: str, labels: Mapping[str, str]) -> Image:
    window = raster.window or Window(0.5, 2.0)
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


def duplicate_error(name: str, pixel_sha256: str) -> ConflictError:
    """Return why a picture is not added a second time; it names the first."""
    existing = image_duplicate(pixel_sha256)
    known = f" as “{existing.title}”" if existing else ""
    return ConflictError(f"{name} was not added: the same picture is already in the library{known}.", field="file")


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
        transaction.on_commit(lambda: pack_remove(path))
        transaction.on_commit(lambda: original_remove(path.stem))
