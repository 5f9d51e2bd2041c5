"""The report of an unblinded study: its locked plan executed on its readings."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import pandas as pd

from studies.design.protocol import question_by_key
from studies.models.audit import AuditEvent
from studies.models.study import ProtocolVersion, Study
from studies.models.trial import Trial
from studies.reporting.build import full_report
from studies.reporting.document import Document, document
from studies.reporting.facts import StudyFacts
from studies.reporting.model import FullReport
from studies.reporting.plan import AnalysisPlan, plan_of_protocol
from studies.reporting.table import TEST, readings_table, table_hash
from studies.selectors.frames import unblinded_frame
from studies.selectors.records import marks_frame
from studies.selectors.studies import protocol_current
from studies.statistics.errors import StatisticsError
from webapp.core.errors import ConflictError

KEPT = 8
_reports: OrderedDict[tuple[str, str, str], FullReport] = OrderedDict()
_documents: OrderedDict[tuple[str, ...], Document] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class StudyReport:
    """The executed plan with what a page shows beside it; `marks` is None where none could be made."""

    report: FullReport
    facts: StudyFacts
    marks: pd.DataFrame | None

    @property
    def document(self) -> Document:
        """The report laid out in blocks."""
        return document_kept(self.report, self.facts, self.marks)


def code_version() -> str:
    """Return name and version of this software."""
    try:
        return f"mambo-reader {version('mambo-reader')}"
    except PackageNotFoundError:
        return "mambo-reader, version not known"


def report_of_study(study: Study) -> StudyReport | None:
    """Return the report, or None when nothing was read.

    Raises:
        ConflictError: before the study is unblinded, when the plan can't be executed on its readings, or for a
            study of pairs, which has `studies.selectors.pairs.pair_report`.
    """
    frame = unblinded_frame(study)
    if frame.empty:
        return None
    protocol = protocol_current(study)
    if protocol.body["design"]["allocation"] == "pairs":
        raise ConflictError("Pairs have a result of their own: see the results page, or take results.json.")
    table = readings_table(frame, positive=protocol.body["analysis"]["positive"])
    asked = question_by_key(protocol.body, "marks") is not None
    if table.empty:
        return None
    try:
        report = report_kept(table, plan_of_protocol(protocol.body))
    except StatisticsError as error:
        raise ConflictError(f"The locked plan gives no report: {error.message}.") from error
    return StudyReport(report, _facts(study, protocol, frame), marks_frame(study) if asked else None)


def document_kept(report: FullReport, facts: StudyFacts, marks: pd.DataFrame | None) -> Document:
    """Return `document`, from memory when the same was laid out before: drawing takes longer than looking."""
    said = "" if marks is None else marks.to_json(date_format="iso", default_handler=str)
    key = (*_key_of(report), repr(facts), hashlib.sha256(said.encode()).hexdigest())
    with _lock:
        if key in _documents:
            _documents.move_to_end(key)
            return _documents[key]
    made = document(report, facts, marks)
    with _lock:
        _documents[key] = made
        while len(_documents) > KEPT:
            _documents.popitem(last=False)
    return made


def report_kept(table: pd.DataFrame, plan: AnalysisPlan) -> FullReport:
    """Return `full_report`, from memory when the same plan ran on the same readings before."""
    key = (plan.sha256, table_hash(table), code_version())
    with _lock:
        if key in _reports:
            _reports.move_to_end(key)
            return _reports[key]
    report = full_report(table, plan, code_version=key[2])
    with _lock:
        _reports[key] = report
        while len(_reports) > KEPT:
            _reports.popitem(last=False)
    return report


def _key_of(report: FullReport) -> tuple[str, str, str]:
    return report.plan.sha256, report.data_sha256, report.code_version


def _facts(study: Study, protocol: ProtocolVersion, frame: pd.DataFrame) -> StudyFacts:
    body = protocol.body
    sources = frame[frame["phase"] == TEST].drop_duplicates("case_code")["source"].value_counts().sort_index()
    rows, columns = body["picture"]["rows"], body["picture"]["columns"]
    due = Trial.objects.filter(participant__study=study).count()
    unblinded = AuditEvent.objects.filter(study=study, kind="study.unblinded").order_by("seq").first()
    return StudyFacts(
        title=study.title,
        protocol_sha256=protocol.sha256,
        locked_at=f"{protocol.locked_at:%Y-%m-%d %H:%M} UTC" if protocol.locked_at else "",
        unblinded_at=f"{unblinded.at:%Y-%m-%d %H:%M} UTC" if unblinded else "",
        sources=", ".join(f"{n} {name}" for name, n in sources.items())
        + "; their origin is the authors' to describe",
        processing=f"one normalization for all cases, {columns} × {rows} pixels, re-encoded from the array",
        reference="origin of each picture as recorded when it came into the library",
        told=body["stated_prevalence"],
        order=f"an order of each reader's own, {body['design']['allocation'].replace('_', ' ')}, at most "
        f"{body['design']['max_run']} of a class in a row; seed committed at lock: {study.seed_commitment}",
        missing=f"{due - len(frame)} of {due} trials have no answer",
        looks=_looks(study, unblinded.seq if unblinded else 0),
        simulated=bool(frame["simulated"].any()),
        picture_rows=rows,
        picture_columns=columns,
    )


def _looks(study: Study, before: int) -> tuple[str, ...]:
    """Return the events in which somebody saw the truth before the study was unblinded."""
    events = AuditEvent.objects.filter(study=study, seq__lt=before, kind__startswith="truth.").order_by("seq")
    return tuple(f"{event.at:%Y-%m-%d %H:%M} UTC, {event.kind}. {event.reason}".strip() for event in events)
