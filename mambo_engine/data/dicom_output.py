"""Generated and derived pictures as DICOM objects that say of themselves what they are.

A generated mammogram was never acquired, so it is no Digital Mammography X-Ray object: it is a Secondary Capture
with Synthetic Data (0008,001C) YES, conversion type SYN and image type DERIVED. Source: DICOM PS3.3 A.8.1, C.8.6.1
and C.12.1.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, SecondaryCaptureImageStorage

from mambo_engine import __version__
from mambo_engine.errors import DataError

NAMESPACE = uuid.UUID("8f1f5f1e-6c3b-5b60-9f0e-0f4d1c8f5a77")
"""Of the UIDs made here: 2.25 and the name-based UUID of the provenance (PS3.5 B.2)."""

VIEW_CODES = {"CC": ("399162004", "cranio-caudal"), "MLO": ("399368009", "medio-lateral oblique")}
"""SNOMED CT codes of the views (PS3.16 CID 4014)."""

IMPLEMENTATION = UID(f"2.25.{uuid.uuid5(NAMESPACE, 'implementation').int}")


@dataclass(frozen=True)
class Derivation:
    """What a picture is and how it came about; goes into the header whole.

    Attributes:
        text: one sentence for people.
        provenance: facts for machines: bundle, digest, seed, labels, sampler, steps and so on; plain JSON values.
        synthetic: whether the content was made by a model; false for a map or mask computed from a real picture.
        view: CC, MLO or empty.
        laterality: L, R or empty; the chest wall of a generated picture is on the left, as in a left breast.
        made: when; the header has no time without it, and a repeat gives the same file.
    """

    text: str
    provenance: Mapping[str, Any] = field(default_factory=dict)
    synthetic: bool = True
    view: str = ""
    laterality: str = ""
    made: datetime | None = None


def derived_dicom(
    pixels: NDArray[np.uint16], derivation: Derivation, *, bits: int, pixel_spacing_mm: float | None = None
) -> Dataset:
    """Return a DICOM object of one picture, ready for `save_as`.

    Args:
        pixels: stored values (rows, columns), 0..2^bits - 1, brighter is denser.
        derivation: what the picture is.
        bits: stored bits, 1..16.
        pixel_spacing_mm: side of a pixel, or None.

    Raises:
        DataError: pixels of another shape or type, or values above the depth.
    """
    _check(pixels, bits)
    told = json.dumps(derivation.provenance, sort_keys=True)
    dataset = Dataset()
    dataset.file_meta = _file_meta(_uid("instance", told, pixels.tobytes()))
    _describe(dataset, derivation, told)
    _place(dataset, derivation)
    _set_pixels(dataset, pixels, bits)
    if pixel_spacing_mm is not None:
        # Of the object, not of a detector: there was none.
        dataset.PixelSpacing = [f"{pixel_spacing_mm:.6g}"] * 2
        dataset.NominalScannedPixelSpacing = [f"{pixel_spacing_mm:.6g}"] * 2
    return dataset


def write_dicom(path: Path, dataset: Dataset) -> None:
    """Write the object as a DICOM file (PS3.10)."""
    dataset.save_as(path, enforce_file_format=True)


def _check(pixels: NDArray[Any], bits: int) -> None:
    if pixels.ndim != 2 or pixels.dtype != np.uint16:
        raise DataError(f"DICOM output: got {pixels.ndim}-D {pixels.dtype}, expected 2-D uint16")
    if not 1 <= bits <= 16 or int(pixels.max()) >= 2**bits:
        raise DataError(
            f"DICOM output: got values up to {int(pixels.max())}, expected below 2**{bits}, bits 1..16"
        )


def _uid(kind: str, told: str, content: bytes = b"") -> UID:
    name = f"{kind} {told} {hashlib.sha256(content).hexdigest()}"
    return UID(f"2.25.{uuid.uuid5(NAMESPACE, name).int}")


def _file_meta(instance: UID) -> FileMetaDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = instance
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = IMPLEMENTATION
    meta.ImplementationVersionName = f"MAMBO_{__version__}"[:16]
    return meta


def _describe(dataset: Dataset, derivation: Derivation, told: str) -> None:
    """Set identity, equipment and provenance; there is no patient, and the fields for one say so."""
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID = SecondaryCaptureImageStorage
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = _uid("study", told), _uid("series", told)
    dataset.SyntheticData = "YES" if derivation.synthetic else "NO"
    dataset.ImageType = ["DERIVED", "SECONDARY"]
    dataset.ConversionType = "SYN" if derivation.synthetic else "WSD"
    dataset.Modality = "MG"
    dataset.PatientName = "SYNTHETIC^NO PATIENT" if derivation.synthetic else "ANONYMOUS"
    dataset.PatientID = f"SYN-{_uid('patient', told)[-12:]}" if derivation.synthetic else "ANONYMOUS"
    dataset.PatientBirthDate = dataset.PatientSex = dataset.ReferringPhysicianName = dataset.AccessionNumber = ""
    dataset.StudyID, dataset.SeriesNumber, dataset.InstanceNumber = "", 1, 1
    made = derivation.made.astimezone(UTC) if derivation.made else None
    dataset.StudyDate = made.strftime("%Y%m%d") if made else ""
    dataset.StudyTime = made.strftime("%H%M%S") if made else ""
    dataset.Manufacturer, dataset.ManufacturerModelName = "MAMBO Reader", "mambo_engine"
    dataset.SoftwareVersions = __version__
    dataset.SeriesDescription = "Synthetic mammogram" if derivation.synthetic else "Derived from a mammogram"
    dataset.DerivationDescription = derivation.text
    dataset.ImageComments = told
    dataset.QualityControlImage = "NO"
    dataset.BurnedInAnnotation = "NO"


def _place(dataset: Dataset, derivation: Derivation) -> None:
    """Set body part, side, view and the directions of rows and columns."""
    dataset.BodyPartExamined = "BREAST"
    side = derivation.laterality
    dataset.Laterality = dataset.ImageLaterality = side
    if derivation.view not in VIEW_CODES:
        return
    dataset.ViewPosition = derivation.view
    code = Dataset()
    code.CodeValue, code.CodeMeaning = VIEW_CODES[derivation.view]
    code.CodingSchemeDesignator = "SCT"
    dataset.ViewCodeSequence = [code]
    # Chest wall left: rows run away from it, to the nipple; columns to the feet, in CC from outside inward.
    dataset.PatientOrientation = ["A", "R" if side != "R" else "L"] if derivation.view == "CC" else ["A", "FR"]


def _set_pixels(dataset: Dataset, pixels: NDArray[np.uint16], bits: int) -> None:
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, bits, bits - 1
    dataset.PixelRepresentation = 0
    dataset.RescaleSlope, dataset.RescaleIntercept, dataset.RescaleType = "1", "0", "US"
    dataset.PresentationLUTShape = "IDENTITY"
    dataset.PixelData = pixels.astype("<u2").tobytes()
