"""Reads one mammogram out of a DICOM file, or says why it does not."""

from __future__ import annotations

import io
import logging
import struct
import warnings
import zlib
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.encaps import generate_frames
from pydicom.errors import BytesLengthException, InvalidDicomError

from webapp.imaging.ingest.canonical import StoredFormat, canonical_values
from webapp.imaging.ingest.codestream import codestream_size, inflates_within
from webapp.imaging.ingest.deidentify import header_facts
from webapp.imaging.ingest.dicom_voi import presets_of
from webapp.imaging.ingest.errors import IngestError
from webapp.imaging.ingest.orientation import Turn, turn_from_directions
from webapp.imaging.ingest.source import MAX_EDGE_PX, MAX_PIXELS, MIN_EDGE_PX, SourceImage
from webapp.imaging.ingest.spacing import pixel_spacing

# Its tracebacks of files that can't be decoded: what was wrong is said by IngestError, in our own words.
logging.getLogger("pydicom").setLevel(logging.CRITICAL)

COPY_AGAIN = "Copy or export the file again."
MAX_INFLATED = 512_000_000
TOMOSYNTHESIS = {"1.2.840.10008.5.1.4.1.1.13.1.3", "1.2.840.10008.5.1.4.1.1.13.1.4"}
QUALITY_VIEWS = {"FLATFIELD", "QC", "PHANTOM", "TEST"}
# What reading and decoding are known to raise on damaged files, over all decoders.
READ_ERRORS = (
    BytesLengthException, InvalidDicomError, AttributeError, EOFError, KeyError, IndexError, MemoryError,
    NotImplementedError, OSError, OverflowError, RuntimeError, TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip


def is_dicom(data: bytes) -> bool:
    """Tell whether the bytes carry DICOM's mark."""
    return data[128:132] == b"DICM"


def read_dicom(data: bytes, name: str) -> tuple[SourceImage, Turn | None]:
    """Return the canonical picture and the turn its header asks for (none: the header does not tell).

    The picture is not turned yet: where the header is silent, the tissue decides, and that is the caller's.

    Args:
        data: the whole file.
        name: the file's name, for messages.

    Raises:
        IngestError: for every file that can't or must not be added.
    """
    _check_deflated(data, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom warns of each odd element; the checks below decide
        try:
            dataset = pydicom.dcmread(io.BytesIO(data))
        except READ_ERRORS as error:
            raise _damaged(name) from error
        try:
            _check_header(dataset, name)
            form = _stored_format(dataset, name)
            stored = _decode(dataset, name)
            return _source(dataset, stored, form), _turn(dataset)
        except READ_ERRORS as error:
            if isinstance(error, IngestError):
                raise
            raise _damaged(name) from error


def _check_deflated(data: bytes, name: str) -> None:
    """Refuse a deflated file that would inflate beyond all reason: pydicom inflates it in one go."""
    # The meta group begins with its own length, (0002,0000) UL, whose value lies at 140.
    if data[132:138] != b"\x02\x00\x00\x00UL" or b"1.2.840.10008.1.2.1.99" not in data[: 144 + 4096]:
        return
    start = 144 + int.from_bytes(data[140:144], "little")
    if not inflates_within(data[start:], MAX_INFLATED):
        raise IngestError(name, f"it inflates to more than {MAX_INFLATED // 1_000_000} MB")


def _damaged(name: str) -> IngestError:
    return IngestError(name, "it is cut short or damaged", COPY_AGAIN)


def _check_header(dataset: Any, name: str) -> None:
    frames = int(dataset.get("NumberOfFrames") or 1)
    if frames > 1 or str(dataset.get("SOPClassUID", "")) in TOMOSYNTHESIS:
        what = f"it holds {frames} frames" if frames > 1 else "it is a tomosynthesis object"
        raise IngestError(name, what, "Only single mammograms can be added, no tomosynthesis.")
    if not any(key in dataset for key in ("PixelData", "FloatPixelData", "DoubleFloatPixelData")):
        raise IngestError(name, "it has no pixel data", "It looks like a header exported without its image.")
    modality, view = str(dataset.get("Modality") or ""), str(dataset.get("ViewPosition") or "")
    if modality != "MG" and view not in {"CC", "MLO"}:
        raise IngestError(name, f"its modality is {modality or 'not given'}, not mammography (MG)")
    if view.upper() in QUALITY_VIEWS:
        raise IngestError(name, f"it is a quality control image ({view}), not a mammogram")
    if "PROCESSING" in str(dataset.get("PresentationIntentType") or ""):
        raise IngestError(name, "it is raw (For Processing)", "Export the image For Presentation.")
    if int(dataset.get("SamplesPerPixel") or 1) != 1 or "MONOCHROME" not in str(
        dataset.get("PhotometricInterpretation")
    ):
        raise IngestError(name, "it is in color", "A mammogram has one gray channel.")
    check_size(int(dataset.Rows), int(dataset.Columns), name)


def check_size(rows: int, columns: int, name: str) -> None:
    """Refuse pictures that are too small to be a mammogram or too large to handle.

    Raises:
        IngestError: naming the size and the limit.
    """
    if min(rows, columns) < MIN_EDGE_PX:
        limit = f"{MIN_EDGE_PX} × {MIN_EDGE_PX}"
        raise IngestError(name, f"it has {rows} × {columns} pixels, and a mammogram at least {limit}")
    if max(rows, columns) > MAX_EDGE_PX:
        raise IngestError(name, f"it has {rows} × {columns} pixels, and no edge may exceed {MAX_EDGE_PX}")
    if rows * columns > MAX_PIXELS:
        limit = f"{MAX_PIXELS // 1_000_000} million"
        raise IngestError(name, f"it claims {rows} × {columns} pixels, and the limit is {limit}")


def _stored_format(dataset: Any, name: str) -> StoredFormat:
    bits = int(dataset.BitsStored)
    if not 8 <= bits <= 16 or "PixelData" not in dataset:
        raise IngestError(name, f"its pixels have {bits} bits", "Expected integers of 8 to 16 bits.")
    high = int(bits - 1 if dataset.get("HighBit") is None else dataset.HighBit)
    if high != bits - 1:  # no decoder here shifts such values down: they would be silently wrong
        raise IngestError(name, f"its highest bit is {high} for {bits} bits stored", f"Expected {bits - 1}.")
    return StoredFormat(
        bits=bits,
        signed=bool(dataset.get("PixelRepresentation")),
        slope=float(1 if dataset.get("RescaleSlope") is None else dataset.RescaleSlope),
        intercept=float(dataset.get("RescaleIntercept") or 0),
        inverted=str(dataset.PhotometricInterpretation) == "MONOCHROME1",
    )


def _decode(dataset: Any, name: str) -> NDArray[np.integer]:
    syntax = dataset.file_meta.TransferSyntaxUID
    shape = (int(dataset.Rows), int(dataset.Columns))
    _check_shape(dataset, shape, name)
    try:
        stored = dataset.pixel_array
    except (RuntimeError, NotImplementedError) as error:
        if "Unable to decode" in str(error) and _encapsulated_whole(dataset):
            advice = "Export it uncompressed, as JPEG Lossless or as JPEG 2000."
            raise IngestError(name, f"no decoder here reads its compression ({syntax.name})", advice) from error
        raise _damaged(name) from error
    except BaseException as error:
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise _damaged(name) from error  # a panic of the RLE decoder, which is no Exception
    if stored.shape != shape:
        raise _damaged(name)
    return np.asarray(stored)


def _check_shape(dataset: Any, shape: tuple[int, int], name: str) -> None:
    """Refuse a header that disagrees with its pixels before a decoder allocates what either claims."""
    says = f"its header says {shape[0]} × {shape[1]} pixels"
    if dataset.file_meta.TransferSyntaxUID.is_encapsulated:
        own = codestream_size(next(generate_frames(dataset.PixelData, number_of_frames=1), b""))
        if own not in {None, shape}:
            raise IngestError(name, f"{says} and its image {own[0]} × {own[1]}" if own else says, COPY_AGAIN)
        return
    expected = (shape[0] * shape[1] * int(dataset.BitsAllocated) + 7) // 8
    if len(dataset.PixelData) > expected + expected % 2:
        raise IngestError(name, f"{says}, {expected} bytes, and it holds {len(dataset.PixelData)}", COPY_AGAIN)


def _encapsulated_whole(dataset: Any) -> bool:
    """Tell whether the compressed stream ends as a JPEG or JPEG 2000 stream must (FF D9), so isn't cut short."""
    return b"\xff\xd9" in bytes(dataset.PixelData[-16:])


def _source(dataset: Any, stored: NDArray[np.integer], form: StoredFormat) -> SourceImage:
    presets = presets_of(dataset, form)
    spacing_mm, kind = pixel_spacing(dataset)
    laterality = str(dataset.get("ImageLaterality") or dataset.get("Laterality") or "")
    return SourceImage(
        pixels=canonical_values(stored, form, padding=_padding(dataset)),
        bits=form.bits,
        spacing_mm=spacing_mm,
        spacing_kind=kind,
        laterality=laterality if laterality in {"L", "R"} else "",
        view=_view(dataset),
        window=presets[0].window if presets else None,
        presets=presets,
        header=header_facts(dataset) | {"Compression": _compression(dataset)},
        synthetic=str(dataset.get("SyntheticData") or "") == "YES" or str(dataset.get("ConversionType")) == "SYN",
    )


def _compression(dataset: Any) -> str:
    return str(dataset.file_meta.TransferSyntaxUID.name).split("(")[0].strip()


def _padding(dataset: Any) -> tuple[int, int] | None:
    value = dataset.get("PixelPaddingValue")
    if value is None or value == "":
        return None
    limit = dataset.get("PixelPaddingRangeLimit")
    return int(value), int(value if limit is None else limit)


def _view(dataset: Any) -> str:
    position = str(dataset.get("ViewPosition") or "").upper()
    if position in {"CC", "MLO"}:
        return position
    codes = dataset.get("ViewCodeSequence") or []
    meaning = str(codes[0].get("CodeMeaning") or "").lower() if len(codes) else ""
    return {"cranio-caudal": "CC", "medio-lateral oblique": "MLO"}.get(meaning, "")


def _turn(dataset: Any) -> Turn | None:
    directions = dataset.get("PatientOrientation") or []
    laterality = str(dataset.get("ImageLaterality") or dataset.get("Laterality") or "")
    return turn_from_directions(list(directions), laterality=laterality, view=_view(dataset))
