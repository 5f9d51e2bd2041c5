"""Marks as DICOM structured reports (TID 1500), with the pictures that they point to."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from highdicom.sc import SCImage
from highdicom.sr import (
    CodedConcept,
    ComprehensiveSR,
    GraphicTypeValues,
    ImageRegion,
    MeasurementReport,
    ObservationContext,
    ObserverContext,
    PersonObserverIdentifyingAttributes,
    PlanarROIMeasurementsAndQualitativeEvaluations,
    QualitativeEvaluation,
    SourceImageForRegion,
    TrackingIdentifier,
)
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import generate_uid

MANUFACTURER = "MAMBO Reader"
SCHEME = "99MAMBO"
_FINDINGS: dict[str, Any] = {
    "mass": codes.SCT.MammographicBreastMass,
    "calcification": codes.SCT.CalcificationOfBreast,
    "distortion": codes.SCT.ArchitecturalDistortionOfBreast,
    "asymmetry": codes.SCT.AsymmetricBreastTissue,
}


@dataclass(frozen=True)
class CasePicture:
    """A case's picture as the readers saw it: code and canonical pixels, uint16 (rows, columns)."""

    study: str
    case: str
    pixels: NDArray[np.uint16]
    spacing_mm: tuple[float, float] | None = None


def uid_of(*parts: str) -> str:
    """Return a UID that is the same for the same parts."""
    return str(generate_uid(entropy_srcs=list(parts)))


def picture_dataset(picture: CasePicture, at: datetime.datetime) -> Dataset:
    """Return the picture as a Secondary Capture image without any person; its UIDs follow from study and case."""
    image = SCImage(
        pixel_array=picture.pixels,
        photometric_interpretation="MONOCHROME2",
        bits_allocated=16,
        coordinate_system="PATIENT",
        study_instance_uid=uid_of(picture.study, "study", picture.case),
        series_instance_uid=uid_of(picture.study, "pictures", picture.case),
        series_number=1,
        sop_instance_uid=uid_of(picture.study, "picture", picture.case),
        instance_number=1,
        manufacturer=MANUFACTURER,
        patient_id=picture.case,
        patient_name=f"{picture.case}^Reader study",
        patient_orientation=("A", "F"),
        pixel_spacing=picture.spacing_mm,
        study_date=at.date(),
        study_time=at.time(),
    )
    return _fixed(image, at)


def report_dataset(
    evidence: Dataset,
    reader: str,
    marks: Sequence[Mapping[str, Any]],
    *,
    birads: str | None,
    at: datetime.datetime,
) -> Dataset:
    """Return one reader's marks on one picture as a Comprehensive SR of TID 1500.

    Source: DICOM PS3.16, TID 1500 and TID 1410. Coordinates are picture pixels (SCOORD) of `evidence`.

    Args:
        evidence: the picture's data set.
        reader: code of the reader.
        marks: see `studies.design.marks.MARK_SCHEMA`, at least one.
        birads: category given with the reading, if any.
        at: when the answer was stored, with its zone.

    Raises:
        ValueError: without a mark.
    """
    if not marks:
        raise ValueError("got no mark, expected at least one")
    who = PersonObserverIdentifyingAttributes(name=f"{reader}^Reader")
    context = ObservationContext(observer_person_context=ObserverContext(codes.DCM.Person, who))
    groups = [_group(mark, reader, evidence, birads) for mark in marks]
    content = MeasurementReport(
        observation_context=context,
        procedure_reported=codes.cid100.Mammography
        if hasattr(codes.cid100, "Mammography")
        else codes.SCT.Mammography,
        imaging_measurements=groups,
        title=codes.DCM.ImagingMeasurementReport,
    )
    key = (str(evidence.SOPInstanceUID), reader)
    report = ComprehensiveSR(
        evidence=[evidence],
        content=content,
        series_instance_uid=uid_of(*key, "reports"),
        series_number=2,
        sop_instance_uid=uid_of(*key, "report"),
        instance_number=1,
        manufacturer=MANUFACTURER,
        is_complete=True,
        is_final=True,
    )
    return _fixed(report, at)


def dicom_bytes(dataset: Dataset) -> bytes:
    """Return the data set as a DICOM file."""
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def _group(
    mark: Mapping[str, Any], reader: str, evidence: Dataset, birads: str | None
) -> PlanarROIMeasurementsAndQualitativeEvaluations:
    kind, points = _graphic(mark)
    source = SourceImageForRegion(str(evidence.SOPClassUID), str(evidence.SOPInstanceUID))
    said = [
        QualitativeEvaluation(CodedConcept(key[:16], SCHEME, key), CodedConcept(value[:16], SCHEME, value))
        for key, value in _descriptors(mark).items()
    ]
    if birads:
        value = CodedConcept(f"BIRADS{birads}", SCHEME, f"BI-RADS {birads}")
        said.append(QualitativeEvaluation(CodedConcept("111005", "DCM", "Assessment Category"), value))
    identifier = f"{reader}-{mark['id']}" if mark.get("id") else f"{reader}-{mark['finding']}"
    position = ",".join(f"{value:g}" for value in points.ravel())
    return PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=TrackingIdentifier(
            uid=uid_of(str(evidence.SOPInstanceUID), reader, mark["finding"], position), identifier=identifier
        ),
        referenced_region=ImageRegion(kind, points, source),
        finding_type=_FINDINGS.get(mark["finding"], CodedConcept(mark["finding"][:16], SCHEME, mark["finding"])),
        qualitative_evaluations=said or None,
    )


def _graphic(mark: Mapping[str, Any]) -> tuple[GraphicTypeValues, NDArray[np.float64]]:
    """Return DICOM's graphic: (column, row) pairs; an ellipse by the ends of its longer, then its shorter axis."""
    x, y, width, height = (float(mark[name]) for name in ("x", "y", "width", "height"))
    points = mark.get("points")
    if isinstance(points, Sequence) and not isinstance(points, str):
        return GraphicTypeValues.POLYLINE, np.array([*points, points[0]], dtype=np.float64)
    if mark["shape"] == "point":
        return GraphicTypeValues.POINT, np.array([[x, y]])
    if mark["shape"] == "rectangle":
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
        return GraphicTypeValues.POLYLINE, np.array(corners)
    across = [(x, y + height / 2), (x + width, y + height / 2)]
    down = [(x + width / 2, y), (x + width / 2, y + height)]
    return GraphicTypeValues.ELLIPSE, np.array([*across, *down] if width >= height else [*down, *across])


def _descriptors(mark: Mapping[str, Any]) -> Mapping[str, str]:
    found = mark.get("descriptors")
    return found if isinstance(found, Mapping) else {}


def _fixed(dataset: Dataset, at: datetime.datetime) -> Dataset:
    """Put the time of the reading in place of the time of writing, so that a file is the same when made twice."""
    utc = at.astimezone(datetime.UTC)
    for name in ("ContentDate", "InstanceCreationDate", "SeriesDate", "StudyDate", "DateOfSecondaryCapture"):
        if name in dataset:
            setattr(dataset, name, utc.strftime("%Y%m%d"))
    for name in ("ContentTime", "InstanceCreationTime", "SeriesTime", "StudyTime", "TimeOfSecondaryCapture"):
        if name in dataset:
            setattr(dataset, name, utc.strftime("%H%M%S"))
    for equipment in dataset.get("ContributingEquipmentSequence", []):
        equipment.ContributionDateTime = utc.strftime("%Y%m%d%H%M%S")
    return dataset
