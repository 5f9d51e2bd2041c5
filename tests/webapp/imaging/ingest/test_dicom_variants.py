"""One real mammogram in every form that the decoders read, and what a header may say about it."""

from __future__ import annotations

import io

import numpy as np
import pydicom
import pytest
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

from tests.webapp.imaging.drawing import dicom_bytes, dicom_dataset, draw_breast
from webapp.imaging.ingest.errors import IngestError
from webapp.imaging.ingest.read import read_source
from webapp.imaging.ingest.voi import window_gray

PIXELS = draw_breast()


def read(dataset, name="a.dcm"):
    return read_source(dicom_bytes(dataset), name)


@pytest.fixture(scope="module")
def real(ge_dicom):
    data = ge_dicom.read_bytes()
    dataset = pydicom.dcmread(io.BytesIO(data))
    return data, dataset.pixel_array, read_source(data, "ge.dcm")


def raw(data, stored):
    dataset = pydicom.dcmread(io.BytesIO(data))
    dataset.PixelData = stored.astype("<u2").tobytes()
    dataset["PixelData"].VR = "OW"
    dataset["PixelData"].is_undefined_length = False
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return dataset


@pytest.mark.parametrize("syntax", [RLELossless, JPEGLSLossless, JPEG2000Lossless])
def test_real_file_is_the_same_in_every_compression(real, syntax):
    data, stored, expected = real
    dataset = raw(data, stored)
    dataset.compress(syntax, stored, generate_instance_uid=False)
    source = read(dataset)
    np.testing.assert_array_equal(source.pixels, expected.pixels)
    assert source.pixel_sha256 == expected.pixel_sha256


@pytest.mark.parametrize(
    "syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian]
)
def test_real_file_is_the_same_uncompressed(real, syntax):
    data, stored, expected = real
    dataset = raw(data, stored)
    dataset.file_meta.TransferSyntaxUID = syntax
    buffer = io.BytesIO()
    implicit = syntax == ImplicitVRLittleEndian
    pydicom.dcmwrite(buffer, dataset, implicit_vr=implicit, little_endian=True, force_encoding=True)
    assert read_source(buffer.getvalue(), "a.dcm").pixel_sha256 == expected.pixel_sha256


def test_real_file_is_the_same_as_monochrome1(real):
    data, stored, expected = real
    dataset = raw(data, 4095 - stored)
    dataset.PhotometricInterpretation = "MONOCHROME1"
    dataset.PixelPaddingValue, dataset.PixelPaddingRangeLimit = 4095, 4095 - 30  # the file's 0 to 30, mirrored
    assert read(dataset).pixel_sha256 == expected.pixel_sha256


def test_big_endian_values_are_swapped():
    dataset = dicom_dataset(PIXELS)
    dataset.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    dataset.PixelData = PIXELS.astype(">u2").tobytes()
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, dataset, implicit_vr=False, little_endian=False, enforce_file_format=True)
    np.testing.assert_array_equal(read_source(buffer.getvalue(), "a.dcm").pixels, PIXELS)


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
@pytest.mark.parametrize("photometric", ["MONOCHROME2", "MONOCHROME1"])
def test_gray_of_the_canonical_window_is_the_standards_gray(function, photometric):
    dataset = dicom_dataset(
        PIXELS, WindowCenter="1800", WindowWidth="900", VOILUTFunction=function,
        PhotometricInterpretation=photometric, RescaleSlope="2", RescaleIntercept="-100",
    )  # fmt: skip
    source = read(dataset)
    x = PIXELS * 2.0 - 100
    gray = {
        "LINEAR": np.clip((x - 1799.5) / 899 + 0.5, 0, 1),
        "LINEAR_EXACT": np.clip((x - 1800) / 900 + 0.5, 0, 1),
        "SIGMOID": 1 / (1 + np.exp(-4 * (x - 1800) / 900)),
    }[function]
    if photometric == "MONOCHROME1":
        gray = 1 - gray
    inside = source.pixels > 0  # where MONOCHROME1 makes air bright, the picture is not turned by tissue
    assert source.window.function == function
    shown = window_gray(source.pixels, source.window)
    np.testing.assert_allclose(shown[inside], gray[inside], atol=1e-9)


def test_padding_range_is_air_also_where_small_is_bright():
    stored = (4095 - PIXELS).astype(np.uint16)
    stored[:, -20:] = np.where(PIXELS[:, -20:] == 0, 7, stored[:, -20:])
    dataset = dicom_dataset(
        stored, PhotometricInterpretation="MONOCHROME1", PixelPaddingValue=5, PixelPaddingRangeLimit=9
    )
    np.testing.assert_array_equal(read(dataset).pixels, PIXELS)


def test_overlays_are_not_drawn_and_their_bits_not_taken_for_values():
    box = np.zeros_like(PIXELS)
    box[10:20, 100:140] = 1
    dataset = dicom_dataset((PIXELS | (box << 12)).astype(np.uint16))
    dataset.add_new(0x60000010, "US", PIXELS.shape[0])
    dataset.add_new(0x60000011, "US", PIXELS.shape[1])
    dataset.add_new(0x60000040, "CS", "G")
    dataset.add_new(0x60000050, "SS", [1, 1])
    dataset.add_new(0x60000100, "US", 1)
    dataset.add_new(0x60000102, "US", 0)
    dataset.add_new(0x60003000, "OW", np.packbits(box.astype("u1"), bitorder="little").tobytes())
    np.testing.assert_array_equal(read(dataset).pixels, PIXELS)


def test_values_in_unusual_bits_are_refused():
    with pytest.raises(IngestError, match="highest bit is 15 for 12 bits stored"):
        read(dicom_dataset((PIXELS << 4).astype(np.uint16), HighBit=15))


@pytest.mark.parametrize(
    ("charset", "written"),
    [("ISO_IR 100", "Société"), ("ISO_IR 192", "島津"), ("ISO 2022 IR 87", "島津"), ("ISO_IR 144", "Рентген")],
)
def test_character_sets_of_the_header_are_read(charset, written):
    dataset = dicom_dataset(PIXELS, SpecificCharacterSet=charset, Manufacturer=written)
    assert read(dataset).header["Manufacturer"] == written


@pytest.mark.parametrize("charset", ["NO SUCH SET", "ISO_IR 6\\ISO 2022 IR 999"])
def test_an_unknown_character_set_costs_no_picture(charset):
    dataset = dicom_dataset(PIXELS, SpecificCharacterSet=charset.split("\\"), Manufacturer="ACME")
    np.testing.assert_array_equal(read(dataset).pixels, PIXELS)


@pytest.mark.parametrize("magnification", ["1.1", "0", "x", ""])
def test_magnification_divides_the_detectors_spacing(magnification):
    dataset = dicom_dataset(PIXELS, ImagerPixelSpacing=[0.11, 0.11])
    dataset.add_new("EstimatedRadiographicMagnificationFactor", "LO", magnification)
    spacing = read(dataset).spacing_mm
    assert spacing == pytest.approx((0.1, 0.1) if magnification == "1.1" else (0.11, 0.11))
