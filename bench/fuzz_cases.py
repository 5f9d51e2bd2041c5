"""Damaged picture files, made from drawn ones by seed: the same number, the same file."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
import pydicom
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    DigitalMammographyXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
    generate_uid,
)

from webapp.imaging.ingest.errors import IngestError
from webapp.imaging.ingest.read import read_source

ROWS, COLUMNS = 96, 80
HEAD = 2048  # where most damage is done: the pixels of a raw file may hold anything
NUMBERS = (0, 1, 2, 7, 8, 15, 16, 17, 32, 64, 127, 128, 255, 256, 32767, 32768, 65535)
TEXTS = (
    "",
    "0",
    "-1",
    "1e308",
    "-1e308",
    "nan",
    "inf",
    "x",
    "1\\2\\3",
    "9" * 40,
    "\u00e9\u5cf6",
    "\x00",
    "../../x",
)
NUMERIC = (
    "Rows", "Columns", "BitsStored", "BitsAllocated", "HighBit", "SamplesPerPixel", "PixelRepresentation",
    "PixelPaddingValue", "PixelPaddingRangeLimit", "PlanarConfiguration",
)  # fmt: skip
TEXTUAL = (
    "NumberOfFrames", "RescaleSlope", "RescaleIntercept", "WindowCenter", "WindowWidth", "VOILUTFunction",
    "ImagerPixelSpacing", "PixelSpacing", "EstimatedRadiographicMagnificationFactor", "PatientOrientation",
    "PhotometricInterpretation", "SpecificCharacterSet", "ViewPosition", "ImageLaterality",
    "PresentationIntentType",
)  # fmt: skip


def fuzz_case(number: int) -> str:
    """Read one damaged file; return "accepted" or why it was refused. Anything else it raises is a finding."""
    data = damaged_file(number)
    try:
        source = read_source(data, "case")
    except IngestError as error:
        return error.reason
    if source.pixels.size > 4 * ROWS * COLUMNS * 64:
        return "accepted, and larger than what was drawn"
    return "accepted"


def damaged_file(number: int) -> bytes:
    """Return the file of a case."""
    random = np.random.default_rng([20, number])
    names = sorted(drawn_files())
    name = names[number % len(names)]
    data = drawn_files()[name]
    if name.startswith("dicom") and random.random() < 0.4:
        data = _wrong_elements(data, random)
    if random.random() < 0.85:
        for _ in range(int(random.integers(1, 5))):
            data = _damaged(data, random)
    return data


@lru_cache(maxsize=1)
def drawn_files() -> dict[str, bytes]:
    """Return whole files of every kind, by name."""
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    inside = np.hypot((y - ROWS / 2) / (ROWS * 0.42), x / (COLUMNS * 0.7)) < 1
    noise = np.random.default_rng(1).integers(0, 400, (ROWS, COLUMNS))
    pixels = np.where(inside, 1500 + noise, 0).astype(np.uint16)
    files = {f"dicom {name}": _dicom(pixels, name) for name in _SYNTAXES}
    deep, shallow = Image.fromarray(pixels), Image.fromarray((pixels >> 4).astype(np.uint8))
    for kind, picture, options in (
        ("PNG", deep, {}), ("PNG", shallow, {}), ("TIFF", deep, {}), ("TIFF", deep, {"compression": "tiff_lzw"}),
        ("TIFF", shallow, {"compression": "tiff_adobe_deflate"}), ("JPEG", shallow, {"quality": 95}),
        ("JPEG", shallow, {"quality": 95, "progressive": True}),
    ):  # fmt: skip
        sink = io.BytesIO()
        picture.save(sink, kind, **options)
        files[f"{kind} {picture.mode} {options}"] = sink.getvalue()
    files["PGM"] = b"P5\n80 96\n4095\n" + pixels.astype(">u2").tobytes()
    files["PGM text"] = b"P2\n80 96\n4095\n" + " ".join(map(str, pixels.ravel())).encode()
    return files


_SYNTAXES = {
    "raw": ExplicitVRLittleEndian, "implicit": ImplicitVRLittleEndian, "deflated": DeflatedExplicitVRLittleEndian,
    "RLE": RLELossless, "JPEG-LS": JPEGLSLossless, "JPEG 2000": JPEG2000Lossless,
}  # fmt: skip


def _dicom(pixels: NDArray[np.uint16], name: str) -> bytes:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = DigitalMammographyXRayImageStorageForPresentation
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = generate_uid(entropy_srcs=["fuzz"])
    dataset.Modality, dataset.ViewPosition, dataset.ImageLaterality = "MG", "MLO", "R"
    dataset.PresentationIntentType = "FOR PRESENTATION"
    dataset.PhotometricInterpretation, dataset.SamplesPerPixel = "MONOCHROME2", 1
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 12, 11, 0
    dataset.PatientOrientation, dataset.ImagerPixelSpacing = ["A", "F"], [0.1, 0.1]
    dataset.WindowCenter, dataset.WindowWidth, dataset.VOILUTFunction = ["1700", "1800"], ["900", "800"], "SIGMOID"
    table = Dataset()
    table.LUTDescriptor, table.LUTExplanation = [64, 1000, 12], "NORMAL"
    table.LUTData = np.arange(0, 4096, 64, dtype="<u2").tobytes()
    dataset.VOILUTSequence = [table]
    dataset.PixelData = pixels.tobytes()
    dataset["PixelData"].VR = "OW"
    syntax = _SYNTAXES[name]
    if name in {"RLE", "JPEG-LS", "JPEG 2000"}:
        dataset.compress(syntax, pixels, generate_instance_uid=False)
    dataset.file_meta.TransferSyntaxUID = syntax
    return _written(dataset)


def _written(dataset: Dataset) -> bytes:
    sink = io.BytesIO()
    pydicom.dcmwrite(sink, dataset, enforce_file_format=True)
    return sink.getvalue()


def _wrong_elements(data: bytes, random: np.random.Generator) -> bytes:
    """Set a few elements to values that no scanner writes; where that can't even be written, leave the file."""
    try:
        dataset = pydicom.dcmread(io.BytesIO(data))
        for _ in range(int(random.integers(1, 4))):
            kind = random.random()
            if kind < 0.4:
                setattr(dataset, str(random.choice(NUMERIC)), int(random.choice(NUMBERS)))
            elif kind < 0.7:
                dataset.add_new(str(random.choice(TEXTUAL)), "LO", str(random.choice(TEXTS)))  # often the wrong VR
            elif kind < 0.85:
                delattr(dataset, str(random.choice(NUMERIC + TEXTUAL)))
            else:
                dataset.ViewCodeSequence = [_nested(int(random.choice([1, 3, 60])))]
        return _written(dataset)
    except (AttributeError, ValueError, TypeError, OverflowError, RecursionError, KeyError, NotImplementedError):
        return data


def _nested(depth: int) -> Dataset:
    item = Dataset()
    item.CodeMeaning = "cranio-caudal"
    for _ in range(depth):
        outer = Dataset()
        outer.ConceptNameCodeSequence = [item]
        item = outer
    return item


def _damaged(data: bytes, random: np.random.Generator) -> bytes:
    """Return the bytes with one place changed, most often near the beginning."""
    if len(data) < 16:
        return data
    span = len(data) if random.random() < 0.3 else min(HEAD, len(data))
    at = int(random.integers(0, span))
    length = int(random.choice([1, 2, 4, 8, 64]))
    kind = int(random.integers(0, 7))
    if kind == 0:  # bits
        return data[:at] + bytes([data[at] ^ (1 << int(random.integers(0, 8)))]) + data[at + 1 :]
    if kind == 1:  # a number of 2 or 4 bytes, either end first
        width = int(random.choice([2, 4]))
        value = int(random.choice([*NUMBERS, 2**31 - 1, 2**31, 2**32 - 1])) % (1 << (8 * width))
        number = value.to_bytes(width, "little")
        return data[:at] + (number if random.random() < 0.5 else number[::-1]) + data[at + width :]
    if kind == 2:  # noise
        return data[:at] + random.bytes(length) + data[at + length :]
    if kind == 3:  # lost
        return data[:at] + data[at + length :]
    if kind == 4:  # twice
        return data[: at + length] + data[at : at + length] * int(random.integers(1, 9)) + data[at + length :]
    if kind == 5:  # cut short
        return data[:at]
    other = list(drawn_files().values())[int(random.integers(0, len(drawn_files())))]  # the rest of another file
    return data[:at] + other[at:]
