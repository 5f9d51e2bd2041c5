"""Millimeters per pixel, and how far they can be trusted."""

from __future__ import annotations

from typing import Any

CALIBRATED = "calibrated"
DETECTOR = "detector plane"
DECLARED = "declared"
LIMITS_MM = (0.01, 2.0)  # outside this no mammogram was taken; such a header is wrong


def pixel_spacing(dataset: Any) -> tuple[tuple[float, float] | None, str]:
    """Return ((row, column) spacing in mm, how it was found), or (none, "").

    A calibrated Pixel Spacing (0028,0030 with its calibration type) wins; else Imager Pixel Spacing
    (0018,1164) over the magnification (0018,1114), true in the detector's plane only; else what a Secondary
    Capture says of its own pixels (0018,2010). Never a default.

    Args:
        dataset: anything with `get(keyword)`, such as `pydicom.Dataset`.
    """
    calibrated = _pair(dataset.get("PixelSpacing"))
    if calibrated and dataset.get("PixelSpacingCalibrationType"):
        return calibrated, CALIBRATED
    imager = _pair(dataset.get("ImagerPixelSpacing"))
    if imager is None:
        scanned = _pair(dataset.get("NominalScannedPixelSpacing"))
        return (scanned, DECLARED) if scanned else (None, "")
    magnification = _number(dataset.get("EstimatedRadiographicMagnificationFactor")) or 1.0
    scaled = (imager[0] / magnification, imager[1] / magnification)
    return (scaled, DETECTOR) if _plausible(scaled) else (None, "")


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _pair(value: Any) -> tuple[float, float] | None:
    try:
        row, column = (float(item) for item in value)
    except (TypeError, ValueError):
        return None
    return (row, column) if _plausible((row, column)) else None


def _plausible(pair: tuple[float, float]) -> bool:
    return all(LIMITS_MM[0] <= value <= LIMITS_MM[1] for value in pair)
