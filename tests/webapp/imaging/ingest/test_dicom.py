"""DICOM files: what is read, what is refused and in which words."""

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless

from tests.webapp.imaging.drawing import dicom_bytes, dicom_dataset, draw_breast
from webapp.imaging.ingest.errors import IngestError
from webapp.imaging.ingest.read import read_source

PIXELS = draw_breast()


def read(dataset, name="a.dcm"):
    return read_source(dicom_bytes(dataset), name)


def test_values_side_view_and_bits_are_kept():
    source = read(dicom_dataset(PIXELS))
    np.testing.assert_array_equal(source.pixels, PIXELS)
    assert (source.bits, source.laterality, source.view) == (12, "R", "CC")


def test_monochrome1_becomes_bright_is_dense():
    source = read(dicom_dataset((4095 - PIXELS).astype(np.uint16), PhotometricInterpretation="MONOCHROME1"))
    np.testing.assert_array_equal(source.pixels, PIXELS)


def test_signed_values_with_an_intercept_lose_nothing():
    stored = (PIXELS.astype(np.int32) - 2048).astype(np.int16)
    dataset = dicom_dataset(
        stored, RescaleSlope="1", RescaleIntercept="2048", WindowCenter="2000", WindowWidth="800"
    )
    source = read(dataset)
    np.testing.assert_array_equal(source.pixels, PIXELS)
    assert source.window.center == 2000


def test_padding_is_air():
    stored = np.where(PIXELS == 0, 4000, PIXELS).astype(np.uint16)
    np.testing.assert_array_equal(read(dicom_dataset(stored, PixelPaddingValue=4000)).pixels >= 4000, False)


@pytest.mark.parametrize(
    ("directions", "turned"),
    [
        (["A", "L"], PIXELS),
        (["P", "L"], PIXELS[:, ::-1]),
        (["A", "R"], PIXELS[::-1]),  # the outer side of a right breast is up
        (["L", "A"], PIXELS.T),
    ],
)
def test_chest_wall_comes_to_the_left_whatever_the_orientation(directions, turned):
    dataset = dicom_dataset(np.ascontiguousarray(turned), PatientOrientation=directions)
    np.testing.assert_array_equal(read(dataset).pixels, PIXELS)


def test_spacing_turns_with_the_picture():
    dataset = dicom_dataset(PIXELS.T.copy(), PatientOrientation=["L", "A"], ImagerPixelSpacing=[0.1, 0.2])
    assert read(dataset).spacing_mm == (0.2, 0.1)


def test_presets_keep_names_functions_and_tables():
    item = Dataset()
    item.LUTDescriptor, item.LUTExplanation = [256, 1000, 12], "HARD"
    item.LUTData = np.arange(0, 4096, 16, dtype="<u2").tobytes()
    dataset = dicom_dataset(
        PIXELS,
        WindowCenter=["1200", "1500"],
        WindowWidth=["300", "600"],
        WindowCenterWidthExplanation=["HARD", "SOFT"],
        VOILUTFunction="SIGMOID",
        VOILUTSequence=[item],
    )
    hard, soft = read(dataset).presets
    assert (hard.name, hard.window.center, hard.window.function) == ("HARD", 1200, "SIGMOID")
    assert (hard.table.first, len(hard.table.levels), hard.table.bits) == (1000, 256, 12)
    assert (soft.name, soft.table) == ("SOFT", None)


@pytest.mark.parametrize("syntax", [RLELossless, JPEG2000Lossless, JPEGLSLossless])
def test_compressed_files_are_read_exactly(syntax):
    dataset = dicom_dataset(PIXELS)
    dataset.compress(syntax, PIXELS, generate_instance_uid=False)
    np.testing.assert_array_equal(read(dataset).pixels, PIXELS)


@pytest.mark.parametrize(
    ("elements", "words"),
    [
        ({"PixelData": None}, "no pixel data"),
        ({"NumberOfFrames": 4}, "4 frames"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.13.1.3"}, "tomosynthesis"),
        ({"PresentationIntentType": "FOR PROCESSING"}, "raw (For Processing)"),
        ({"ViewPosition": "FLATFIELD"}, "quality control image (FLATFIELD)"),
        ({"Modality": "CT", "ViewPosition": None}, "modality is CT"),
        ({"PhotometricInterpretation": "RGB", "SamplesPerPixel": 3}, "in color"),
        ({"Rows": 1, "Columns": 2}, "1 × 2 pixels"),
        ({"Rows": 60000, "Columns": 60000}, "60000 × 60000 pixels"),
        ({"PixelData": b"\0" * 1000}, "cut short or damaged"),
    ],
)
def test_refusals_name_the_file_and_the_reason(elements, words):
    with pytest.raises(IngestError) as caught:
        read(dicom_dataset(PIXELS, **elements), "IMG_0042.dcm")
    assert str(caught.value).startswith("IMG_0042.dcm was not added: ")
    assert words in str(caught.value)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.7, 0.99])
def test_a_truncated_file_is_refused_wherever_it_ends(share):
    dataset = dicom_dataset(PIXELS)
    dataset.compress(JPEG2000Lossless, PIXELS, generate_instance_uid=False)
    data = dicom_bytes(dataset)
    with pytest.raises(IngestError, match=r"x\.dcm was not added"):
        read_source(data[: int(len(data) * share)], "x.dcm")


def test_header_facts_hold_nothing_of_a_person():
    canaries = {
        "PatientName": "CANARY^NAME", "PatientID": "CANARYID", "PatientBirthDate": "19600102",
        "StudyDate": "20200102", "InstitutionName": "CANARY CLINIC", "StudyDescription": "CANARY TEXT",
        "AccessionNumber": "CANARY1", "OperatorsName": "CANARY^OP", "DeviceSerialNumber": "CANARY2",
    }  # fmt: skip
    source = read(dicom_dataset(PIXELS, Manufacturer="ACME", KVP="29", **canaries))
    kept = repr(source.header)
    assert "ACME" in kept
    assert source.header["Tube voltage, kV"] == "29"
    assert not any(text in kept for text in ("CANARY", "1960", "2020", source.pixel_sha256))
    assert "1.2." not in kept
