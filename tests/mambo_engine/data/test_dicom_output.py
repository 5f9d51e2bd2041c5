from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pydicom
import pytest

from mambo_engine.data.dicom_output import Derivation, derived_dicom, write_dicom
from mambo_engine.errors import DataError

FACTS = {"bundle": "phantom", "digest": "ab" * 32, "seed": 7, "labels": {"view": "MLO", "birads": "4"}}


def picture(side: int = 80) -> np.ndarray:
    rows, columns = np.mgrid[:side, :side]
    return np.where(columns < side // 2, (rows * 40 + columns) % 4096, 0).astype(np.uint16)


def written(tmp_path: Path, **changes: object) -> pydicom.Dataset:
    derivation = Derivation(
        "Synthetic mammogram. Not for diagnosis.", FACTS, view="MLO", laterality="L", **changes
    )
    path = tmp_path / "a.dcm"
    write_dicom(path, derived_dicom(picture(), derivation, bits=12, pixel_spacing_mm=0.46875))
    return pydicom.dcmread(path)


def test_pixels_come_back_bit_equal(tmp_path: Path) -> None:
    dataset = written(tmp_path)
    assert np.array_equal(dataset.pixel_array, picture())
    assert (dataset.BitsStored, dataset.PhotometricInterpretation) == (12, "MONOCHROME2")
    assert [float(side) for side in dataset.PixelSpacing] == [0.46875, 0.46875]


def test_header_says_that_it_is_synthetic_and_how_it_was_made(tmp_path: Path) -> None:
    dataset = written(tmp_path)
    assert dataset.SyntheticData == "YES"
    assert dataset.ConversionType == "SYN"
    assert list(dataset.ImageType) == ["DERIVED", "SECONDARY"]
    assert json.loads(dataset.ImageComments) == FACTS
    assert dataset.ViewCodeSequence[0].CodeMeaning == "medio-lateral oblique"
    assert "NO PATIENT" in str(dataset.PatientName)


def test_the_same_picture_gives_the_same_file_and_another_seed_another_uid() -> None:
    def file_of(seed: int) -> tuple[bytes, str]:
        dataset = derived_dicom(picture(), Derivation("a", {**FACTS, "seed": seed}), bits=12)
        sink = io.BytesIO()
        dataset.save_as(sink, enforce_file_format=True)
        return sink.getvalue(), str(dataset.SOPInstanceUID)

    assert file_of(7) == file_of(7)
    assert file_of(7)[1] != file_of(8)[1]
    assert pydicom.uid.UID(file_of(7)[1]).is_valid


def test_a_derived_map_is_not_called_synthetic(tmp_path: Path) -> None:
    dataset = written(tmp_path, synthetic=False)
    assert dataset.SyntheticData == "NO"
    assert dataset.ConversionType == "WSD"


@pytest.mark.parametrize(
    ("pixels", "bits", "message"),
    [
        (np.zeros((4, 4), np.uint8), 12, "got 2-D uint8"),
        (np.zeros((4, 4, 3), np.uint16), 12, "got 3-D uint16"),
        (np.full((4, 4), 4096, np.uint16), 12, r"got values up to 4096, expected below 2\*\*12"),
    ],
)
def test_other_pixels_are_refused(pixels: np.ndarray, bits: int, message: str) -> None:
    with pytest.raises(DataError, match=message):
        derived_dicom(pixels, Derivation("a"), bits=bits)
