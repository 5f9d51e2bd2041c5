"""Every file that leaves a study: its name, what it holds, who may have it, and how it is made."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from studies.design.protocol import question_by_key
from studies.export.coco import coco
from studies.export.codebook import codebook
from studies.export.dicom_sr import CasePicture, dicom_bytes, picture_dataset, report_dataset
from studies.export.imrmc import imrmc_lines
from studies.export.long_csv import csv_lines
from studies.export.r_folder import r_folder
from studies.export.rjafroc import rjafroc_workbook
from studies.export.web_annotation import web_annotation
from studies.export.zip_file import zip_write
from studies.models.case import Asset
from studies.models.study import Study
from studies.reporting.table import first_readings, readings_table
from studies.selectors.frames import (
    COLUMNS,
    TRUTH_COLUMNS,
    UNBLINDED,
    response_rows,
    responses_frame,
    truth_rows,
    unblinded_frame,
)
from studies.selectors.pairs import is_of_pairs
from studies.selectors.records import (
    INTERACTION_COLUMNS,
    PRESENTATION_COLUMNS,
    REVISION_COLUMNS,
    interaction_rows,
    marks_frame,
    presentation_rows,
    revision_rows,
)
from studies.selectors.studies import UNBLINDED_ROLES, protocol_current
from studies.views.archive import archive_files, pairs_folder, pairs_read
from webapp.core.errors import ConflictError
from webapp.imaging.selectors import image_pixels

CSV, JSON, ZIP = "text/csv; charset=utf-8", "application/json", "application/zip"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEMORY_MOST = 16 * 1024 * 1024

Lines = Callable[[Study, bool], Iterator[str]]
Writer = Callable[[Study, bool, IO[bytes]], None]


@dataclass(frozen=True)
class Kind:
    """One file. `truth`: "never", "when open" (its columns come with unblinding) or "only" then.

    Attributes:
        lines: makes the file line by line; `write`: writes it as a whole.
    """

    title: str
    says: str
    suffix: str
    media: str
    truth: str
    lines: Lines | None = None
    write: Writer | None = None


def may_know(study: Study, role: str) -> bool:
    """Tell whether files for this role hold the truth now."""
    return study.state in UNBLINDED and role in UNBLINDED_ROLES


def _readings(study: Study, know: bool) -> Iterator[str]:
    truths = truth_rows(study) if know else {}
    columns = [*COLUMNS, *(TRUTH_COLUMNS if know else [])]
    rows = (row | truths.get(row["case_code"], {}) for row in response_rows(study))
    yield from csv_lines(columns, ([row.get(name) for name in columns] for row in rows))


def _codebook(study: Study, know: bool) -> Iterator[str]:
    columns = [*COLUMNS, *(TRUTH_COLUMNS if know else [])]
    body = codebook(columns, study=study.slug, protocol_sha256=protocol_current(study).sha256)
    yield json.dumps(body, indent=2, ensure_ascii=False)


def _revisions(study: Study, know: bool) -> Iterator[str]:
    yield from csv_lines(REVISION_COLUMNS, _flat(revision_rows(study)))


def _interactions(study: Study, know: bool) -> Iterator[str]:
    yield from csv_lines(INTERACTION_COLUMNS, _flat(interaction_rows(study)))


def _presentations(study: Study, know: bool) -> Iterator[str]:
    yield from csv_lines(PRESENTATION_COLUMNS, _flat(presentation_rows(study)))


def _flat(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[Any]]:
    """Yield rows with objects and lists as JSON."""
    for row in rows:
        yield [json.dumps(one, ensure_ascii=False) if isinstance(one, dict | list) else one for one in row]


def _annotations(study: Study, know: bool) -> Iterator[str]:
    for mark in marks_frame(study).to_dict("records"):
        plain: dict[str, Any] = {str(key): value for key, value in mark.items() if value is not None}
        source = f"urn:mambo:study:{study.slug}:case:{mark['case']}"
        body = web_annotation(plain, source=source, creator=mark["reader"], created=mark["at"])
        yield json.dumps(body, ensure_ascii=False) + "\n"


def _coco(study: Study, know: bool) -> Iterator[str]:
    body = protocol_current(study).body
    question = question_by_key(body, "marks")
    findings = [option["value"] for option in question["options"]] if question else []
    frame = responses_frame(study)
    said = frame[["birads", "density"]].astype(object).where(frame[["birads", "density"]].notna(), None)
    readings = dict(
        zip(zip(frame["reader_code"], frame["case_code"], strict=True), said.to_dict("records"), strict=True)
    )
    cases = list(study.cases.values_list("code", flat=True))
    found = coco(
        marks_frame(study), cases=cases, findings=findings,
        size=(body["picture"]["rows"], body["picture"]["columns"]), readings=readings,
        description=f"Marks of readers in {study.title}",
    )  # fmt: skip
    yield json.dumps(found, ensure_ascii=False)


def _dicom(study: Study, know: bool, target: IO[bytes]) -> None:
    zip_write(target, _reports(study))


def _reports(study: Study) -> Iterator[tuple[str, bytes]]:
    marks = marks_frame(study)
    if marks.empty:
        raise ConflictError("Nobody marked anything in this study.")
    chosen = Asset.objects.filter(case__study=study, case__code__in=set(marks["case"]), image__isnull=False)
    for asset in chosen.select_related("case", "image").order_by("case__code"):
        if asset.image is None:
            continue
        code = asset.case.code
        own = marks[marks["case"] == code]
        first = own["at"].min()
        picture = picture_dataset(CasePicture(study.slug, code, image_pixels(asset.image)), first)
        yield f"{code}/picture.dcm", dicom_bytes(picture)
        for reader, rows in own.groupby("reader", sort=True):
            report = report_dataset(
                picture, str(reader), rows.to_dict("records"), birads=rows["birads"].iloc[0], at=rows["at"].iloc[0]
            )
            yield f"{code}/{reader}.dcm", dicom_bytes(report)


def _table(study: Study) -> Any:
    frame = unblinded_frame(study)
    if frame.empty:
        raise ConflictError("Nothing was read in this study.")
    body = protocol_current(study).body
    if is_of_pairs(study):
        raise ConflictError("A choice between two pictures is no rating of one, which this file holds.")
    positive = body["analysis"]["positive"]
    return first_readings(readings_table(frame, positive=positive))[0]


def _refusing(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except ValueError as error:
        raise ConflictError(f"This file can't be made: {error}.") from error


def _imrmc(study: Study, know: bool) -> Iterator[str]:
    table = _table(study)
    yield from _refusing(lambda: list(imrmc_lines(table, title=study.title)))


def _rjafroc(study: Study, know: bool, target: IO[bytes]) -> None:
    table = _table(study)
    target.write(_refusing(lambda: rjafroc_workbook(table)))


def _r_folder(study: Study, know: bool, target: IO[bytes]) -> None:
    files = pairs_folder(study, pairs_read(study)) if is_of_pairs(study) else _ratings_for_r(study)
    zip_write(target, ((f"{study.slug}/{name}", content) for name, content in sorted(files.items())))


def _ratings_for_r(study: Study) -> dict[str, bytes]:
    level = protocol_current(study).body["analysis"]["confidence"]
    return r_folder(_table(study), title=study.title, confidence=level)


def _archive(study: Study, know: bool, target: IO[bytes]) -> None:
    parts = {
        "readings.csv": "".join(_readings(study, True)),
        "codebook.json": "".join(_codebook(study, True)),
        "revisions.csv": "".join(_revisions(study, True)),
        "interactions.csv": "".join(_interactions(study, True)),
        "presentations.csv": "".join(_presentations(study, True)),
        "marks.coco.json": "".join(_coco(study, True)),
    }
    zip_write(target, sorted(archive_files(study, parts).items()))


KINDS: dict[str, Kind] = {
    "readings": Kind("Readings", "one row per final answer", "responses.csv", CSV, "when open", lines=_readings),
    "codebook": Kind("Codebook", "what its columns mean", "codebook.json", JSON, "when open", lines=_codebook),
    "revisions": Kind("Revisions", "every stored answer", "revisions.csv", CSV, "never", lines=_revisions),
    "interactions": Kind(
        "Interactions", "zoom, window, quadrants", "interactions.csv", CSV, "never", lines=_interactions
    ),
    "presentations": Kind(
        "Times on screen", "each time a case was shown", "presentations.csv", CSV, "never", lines=_presentations
    ),
    "annotations": Kind(
        "Marks, Web Annotations",
        "one JSON-LD annotation a line",
        "marks.jsonl",
        "application/x-ndjson",
        "never",
        lines=_annotations,
    ),
    "coco": Kind("Marks, COCO", "boxes and outlines with their readers", "coco.json", JSON, "never", lines=_coco),
    "dicom": Kind("Marks, DICOM SR", "TID 1500, with their pictures", "dicom.zip", ZIP, "never", write=_dicom),
    "imrmc": Kind("iMRMC", "ratings and truth", "study.imrmc", "text/plain; charset=utf-8", "only", lines=_imrmc),
    "rjafroc": Kind("RJafroc", "workbook of ratings", "rjafroc.xlsx", XLSX, "only", write=_rjafroc),
    "r": Kind("R folder", "readings, our table, and a script for it", "r.zip", ZIP, "only", write=_r_folder),
    "archive": Kind(
        "Archive, RO-Crate",
        "protocol, data, report, record, checksums",
        "archive.zip",
        ZIP,
        "only",
        write=_archive,
    ),
}


def written(kind: Kind, study: Study, know: bool) -> IO[bytes]:
    """Return the file of a kind that is written as a whole; large ones lie on disk."""
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=MEMORY_MOST)  # noqa: SIM115 - the stream closes it
    if kind.write is not None:
        kind.write(study, know, file)
    return file
