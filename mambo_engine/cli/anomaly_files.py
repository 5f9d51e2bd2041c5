"""What `segment` reads beside a mammogram and writes of it: true masks, maps, masks and overlays."""

from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from mambo_engine import __version__
from mambo_engine.cli.inputs import Mammogram
from mambo_engine.cli.pictures import write_png
from mambo_engine.data.dicom_output import Derivation, derived_dicom, write_dicom
from mambo_engine.data.files import read_image
from mambo_engine.data.masks import Mask
from mambo_engine.errors import DataError
from mambo_engine.superresolution import shrunk

if TYPE_CHECKING:
    from mambo_engine.anomaly import AnomalyResult, AnomalySettings
    from mambo_engine.checkpoint import BundleManifest

FOUND_COLOR, TRUE_COLOR = (255, 90, 60), (60, 220, 120)


@dataclass(frozen=True)
class Truth:
    """A true mask.

    Attributes:
        stored: as the file has it, in the frame of the mammogram's file.
        mask: (s, s), in the frame of the prepared square.
    """

    stored: Mask
    mask: Mask


def truth_path(path: Path, folder: Path) -> Path:
    """Find the mask named as the mammogram.

    Raises:
        DataError: there is none, or several.
    """
    paths = sorted(each for each in folder.glob("*") if each.stem == path.stem)
    if len(paths) != 1:
        raise DataError(f"{folder}: got {len(paths)} masks named {path.stem}, expected one")
    return paths[0]


def read_truth(mammogram: Mammogram, path: Path, side: int) -> Truth:
    """Read a true mask; above half of white is lesion (JPEG masks are not quite 0 and 255).

    Raises:
        DataError: it is no gray picture, or has another shape than the mammogram.
    """
    pixels = read_image(path).pixels
    if pixels.shape != mammogram.stored.shape:
        raise DataError(f"{path}: got shape {pixels.shape}, expected that of the image, {mammogram.stored.shape}")
    stored = pixels > (127 if pixels.max() < 256 else 32767)
    return Truth(stored, shrunk_mask(mammogram.prepared.transform.apply_mask(stored), side))


def shrunk_mask(mask: Mask, side: int) -> Mask:
    """Shrink a square mask: a pixel is set when at least half of its area is."""
    return np.asarray(shrunk(mask.astype(np.float32), side) >= 0.5, dtype=bool)


def in_file_frame(square: NDArray[np.float32], mammogram: Mammogram) -> NDArray[np.float32]:
    """Enlarge (s, s) to the prepared square, bilinear, and put it back where the file has it; 0 elsewhere."""
    whole = Image.fromarray(square).resize((mammogram.side, mammogram.side), Image.Resampling.BILINEAR)
    back = replace(mammogram.prepared.transform, white=1.0, negated=False)
    return back.invert(np.asarray(whole, dtype=np.float32))


def write_files(
    mammogram: Mammogram,
    result: AnomalyResult,
    truth: Truth | None,
    *,
    manifest: BundleManifest,
    settings: AnomalySettings,
    options: argparse.Namespace,
) -> list[Path]:
    """Write map, mask and overlay of one file, in the file's own frame."""
    stem = mammogram.path.stem
    options.out.mkdir(parents=True, exist_ok=True)
    found = in_file_frame(result.map, mammogram)
    mask = in_file_frame(result.mask.astype(np.float32), mammogram) >= 0.5
    pictures = {"map": np.rint(np.clip(found, 0, 1) * 65535).astype(np.uint16)}
    pictures["mask"] = np.where(mask, np.uint16(65535), np.uint16(0))
    provenance = _provenance(result, manifest, settings, options)
    files = []
    for kind, pixels in pictures.items():
        path = options.out / f"{stem}_{kind}.png"
        if options.format != "png":
            files.append(path.with_suffix(".dcm"))
            _write_dicom(files[-1], kind, pixels, provenance, mammogram)
        if options.format != "dicom":
            files.append(write_png(path, pixels, {**provenance, "kind": kind}))
    files.append(options.out / f"{stem}_overlay.png")
    overlay(mammogram, mask, truth).save(files[-1])
    return files


def overlay(mammogram: Mammogram, mask: Mask, truth: Truth | None) -> Image.Image:
    """The mammogram in 8 bits with the outlines of what was found (red) and of what is true (green)."""
    transform = mammogram.prepared.transform
    values = mammogram.stored.astype(np.float32) / np.float32(max(1, mammogram.stored.max()))
    gray = np.rint(255 * (1 - values if transform.negated else values)).astype(np.uint8)
    picture = np.stack([gray] * 3, axis=-1)
    width = max(1, max(gray.shape) // 500)
    if truth is not None:
        picture[_outline(truth.stored, width)] = TRUE_COLOR
    picture[_outline(mask, width)] = FOUND_COLOR
    return Image.fromarray(picture)


def _outline(mask: Mask, width: int) -> Mask:
    return np.asarray(mask & ~ndimage.binary_erosion(mask, iterations=width), dtype=bool)


def _provenance(
    result: AnomalyResult, manifest: BundleManifest, settings: AnomalySettings, options: argparse.Namespace
) -> dict[str, Any]:
    return {
        "synthetic": False,
        "bundle": manifest.name,
        "digest": manifest.digest,
        "seed": result.seed,
        "labels": options.label,
        "settings": asdict(settings),
        "mask_threshold": result.threshold,
        "engine": __version__,
    }


def _write_dicom(
    path: Path, kind: str, pixels: NDArray[np.uint16], provenance: dict[str, Any], mammogram: Mammogram
) -> None:
    text = (
        f"Anomaly {kind} of a mammogram: where it differs from what a model of healthy breasts drew instead. "
        "Not for diagnosis."
    )
    about = Derivation(text, {**provenance, "kind": kind}, synthetic=False, laterality=mammogram.header.laterality)
    spacing = mammogram.header.pixel_spacing_mm
    write_dicom(path, derived_dicom(pixels, about, bits=16, pixel_spacing_mm=spacing))
