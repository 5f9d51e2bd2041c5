"""One door for every kind of file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from webapp.imaging.ingest.breast import breast_mask
from webapp.imaging.ingest.dicom import is_dicom, read_dicom
from webapp.imaging.ingest.errors import IngestError
from webapp.imaging.ingest.labels import checked_labels
from webapp.imaging.ingest.markers import without_markers
from webapp.imaging.ingest.orientation import Turn, turn_from_tissue
from webapp.imaging.ingest.raster import read_raster
from webapp.imaging.ingest.source import SourceImage
from webapp.imaging.ingest.spacing import DECLARED
from webapp.imaging.ingest.voi import percentile_window


def read_source(data: bytes, name: str, labels: Mapping[str, object] | None = None) -> SourceImage:
    """Return the canonical picture of a DICOM, PNG, TIFF, PGM or JPEG file.

    Args:
        data: the whole file.
        name: the file's name, for messages.
        labels: what is known beside the file; it fills what the file itself does not say.

    Raises:
        IngestError: for every file that can't or must not be added; the message names the file.
    """
    if not data:
        raise IngestError(name, "it is empty")
    known = checked_labels(labels or {}, name)
    turn: Turn | None = None
    if is_dicom(data):
        source, turn = read_dicom(data, name)
    else:
        source = read_raster(data, name)
    mask = breast_mask(source.pixels)
    if not mask.any():
        raise IngestError(name, "no breast can be seen in it: all pixels are alike")
    turn = turn or turn_from_tissue(mask)
    pixels, masked = without_markers(source.pixels, mask)
    shown = {"Shown": "mirrored, chest wall left" if turn.mirror_columns else "as stored"}
    if masked:
        shown["Beside the breast"] = f"letters or markers taken out, {100 * masked:.1f} % of the picture"
    spacing_mm, kind = source.spacing_mm, source.spacing_kind
    if spacing_mm is None and known["pixel_spacing_mm"]:
        edge = float(known["pixel_spacing_mm"])
        spacing_mm, kind = (edge, edge), DECLARED
    return replace(
        source,
        pixels=turn.apply(pixels),
        spacing_mm=turn.spacing(spacing_mm),
        spacing_kind=kind,
        laterality=source.laterality or known["laterality"],
        view=source.view or known["view"],
        window=source.window or percentile_window(pixels, mask),
        header={**source.header, **shown},
    )
