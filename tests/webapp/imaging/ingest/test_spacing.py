"""Millimeters: calibrated first, never a default."""

import pytest

from webapp.imaging.ingest.spacing import pixel_spacing


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ({}, (None, "")),
        ({"PixelSpacing": [0.25, 0.25]}, (None, "")),  # without a calibration type nobody knows what it means
        ({"PixelSpacing": [0.2, 0.3], "PixelSpacingCalibrationType": "FIDUCIAL"}, ((0.2, 0.3), "calibrated")),
        (
            {"ImagerPixelSpacing": [0.1, 0.1], "EstimatedRadiographicMagnificationFactor": "2"},
            ((0.05, 0.05), "detector plane"),
        ),
        (
            {"ImagerPixelSpacing": [0.1, 0.1], "EstimatedRadiographicMagnificationFactor": "0"},
            ((0.1, 0.1), "detector plane"),
        ),
        ({"ImagerPixelSpacing": [74.7, 46.5]}, (None, "")),
        ({"ImagerPixelSpacing": "?"}, (None, "")),
        ({"NominalScannedPixelSpacing": [0.47, 0.47]}, ((0.47, 0.47), "declared")),
        (
            {"NominalScannedPixelSpacing": [0.2, 0.2], "ImagerPixelSpacing": [0.1, 0.1]},
            ((0.1, 0.1), "detector plane"),
        ),
    ],
)
def test_pixel_spacing(header, expected):
    assert pixel_spacing(header) == expected
