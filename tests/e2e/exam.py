"""A drawn exam as files of a mammography unit: both breasts, two views each. Nobody's picture."""

from __future__ import annotations

from pathlib import Path

from mambo_engine.data.phantom import PhantomLabels, draw_phantom
from tests.webapp.imaging.drawing import dicom_dataset

SIZE = 1920
# Left and right of one exam differ in their tissue's details and in the category of the right breast's lesion.
VIEWS = (("R", "MLO", 4), ("L", "MLO", 1), ("R", "CC", 4), ("L", "CC", 1))


def write_exam(folder: Path) -> list[Path]:
    """Write four DICOM files into `folder` and return them."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for side, view, birads in VIEWS:
        phantom = draw_phantom(PhantomLabels(birads, "C", view), size=SIZE, seed=31 if side == "R" else 32)
        spacing = [phantom.pixel_spacing_mm] * 2
        dataset = dicom_dataset(
            phantom.pixels,
            ImageLaterality=side,
            ViewPosition=view,
            PatientOrientation=["A", "L" if side == "R" else "R"],
            ImagerPixelSpacing=spacing,
        )
        paths.append(folder / f"phantom_{side}_{view}.dcm")
        dataset.save_as(paths[-1], enforce_file_format=True)
    return paths
