"""Structured reports, read back with pydicom alone: marks lie where readers drew them, and nobody is named."""

from __future__ import annotations

import datetime
import io

import numpy as np
import pydicom
import pytest

from studies.export.dicom_sr import CasePicture, dicom_bytes, picture_dataset, report_dataset

AT = datetime.datetime(2026, 3, 4, 5, 6, 7, tzinfo=datetime.UTC)
PIXELS = (np.arange(40 * 30).reshape(40, 30) * 13 % 4096).astype(np.uint16)
MARKS = [
    {"id": "a", "finding": "mass", "shape": "ellipse", "x": 4.0, "y": 6.0, "width": 10.0, "height": 20.0,
     "descriptors": {"margin": "spiculated"}},
    {"id": "b", "finding": "calcification", "shape": "point", "x": 3.0, "y": 2.0, "width": 0.0, "height": 0.0},
    {"id": "c", "finding": "distortion", "shape": "rectangle", "x": 1.0, "y": 1.0, "width": 5.0, "height": 4.0},
    {"id": "d", "finding": "other", "shape": "polygon", "x": 1.0, "y": 1.0, "width": 5.0, "height": 4.0,
     "points": [[1.0, 1.0], [6.0, 1.0], [3.0, 5.0]]},
]  # fmt: skip


@pytest.fixture(scope="module")
def written():
    picture = picture_dataset(CasePicture("study", "ABC123", PIXELS), AT)
    report = report_dataset(picture, "R7", MARKS, birads="4", at=AT)
    return tuple(pydicom.dcmread(io.BytesIO(dicom_bytes(one))) for one in (picture, report))


def items(dataset, kind):
    """Every content item of a value type, however deep."""
    for item in dataset.get("ContentSequence", []):
        if item.ValueType == kind:
            yield item
        yield from items(item, kind)


def test_report_is_tid_1500_and_points_to_its_picture(written):
    picture, report = written
    assert report.SOPClassUID == pydicom.uid.ComprehensiveSRStorage
    template = report.ContentTemplateSequence[0]
    assert (template.MappingResource, template.TemplateIdentifier) == ("DCMR", "1500")
    pointed = {item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID for item in items(report, "IMAGE")}
    assert pointed == {picture.SOPInstanceUID}
    evidence = report.CurrentRequestedProcedureEvidenceSequence[0]
    assert evidence.StudyInstanceUID == picture.StudyInstanceUID


def test_marks_lie_where_they_were_drawn(written):
    graphics = [(item.GraphicType, list(item.GraphicData)) for item in items(written[1], "SCOORD")]
    assert graphics == [
        ("ELLIPSE", [9.0, 6.0, 9.0, 26.0, 4.0, 16.0, 14.0, 16.0]),  # the longer axis first
        ("POINT", [3.0, 2.0]),
        ("POLYLINE", [1.0, 1.0, 6.0, 1.0, 6.0, 5.0, 1.0, 5.0, 1.0, 1.0]),
        ("POLYLINE", [1.0, 1.0, 6.0, 1.0, 3.0, 5.0, 1.0, 1.0]),
    ]


def test_findings_descriptors_and_category_are_coded(written):
    meanings = [item.ConceptCodeSequence[0].CodeMeaning for item in items(written[1], "CODE")]
    assert "Mammographic breast mass" in meanings
    assert "spiculated" in meanings
    assert meanings.count("BI-RADS 4") == len(MARKS)


def test_reader_is_a_code_and_nobody_is_named(written):
    picture, report = written
    assert [str(item.PersonName) for item in items(report, "PNAME")] == ["R7^Reader"]
    assert (picture.PatientID, str(picture.PatientName)) == ("ABC123", "ABC123^Reader study")
    assert not picture.get("PatientBirthDate")
    assert np.array_equal(picture.pixel_array, PIXELS)


def test_files_are_the_same_when_made_twice(written):
    picture = picture_dataset(CasePicture("study", "ABC123", PIXELS), AT)
    again = report_dataset(picture, "R7", MARKS, birads="4", at=AT)
    assert dicom_bytes(again) == dicom_bytes(report_dataset(picture, "R7", MARKS, birads="4", at=AT))
    assert again.SOPInstanceUID == written[1].SOPInstanceUID


def test_report_without_a_mark_is_refused(written):
    with pytest.raises(ValueError, match="got no mark"):
        report_dataset(written[0], "R7", [], birads=None, at=AT)
