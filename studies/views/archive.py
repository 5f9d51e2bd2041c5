"""The contents of a study's archive: what was planned, what was read, what came of it, and proof of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from studies.design.canonical import canonical_json
from studies.export.imrmc import imrmc_lines
from studies.export.r_folder import r_folder
from studies.export.r_pairs import r_pairs
from studies.export.ro_crate import METADATA, crate_metadata
from studies.export.zip_file import manifest
from studies.models.audit import AuditEvent
from studies.models.study import Study
from studies.reporting.table import first_readings, readings_table
from studies.selectors.audit import chain_lines
from studies.selectors.frames import unblinded_frame
from studies.selectors.pairs import PairReport, is_of_pairs, pair_report
from studies.selectors.reports import report_of_study
from studies.selectors.studies import protocol_current
from studies.views.pairs import pairs_page
from studies.views.report_page import report_file
from webapp.core.errors import ConflictError

UNRECORDED = ("export.made", "analysis.run")
CHECKSUMS = "manifest-sha256.txt"


def archive_files(study: Study, parts: Mapping[str, str]) -> dict[str, bytes]:
    """Return every file of the archive by name; the same bytes as long as the study does not change.

    Args:
        study: unblinded or archived.
        parts: readings and the like, by name.

    Raises:
        ConflictError: when nothing was read.
    """
    protocol = protocol_current(study)
    files = {name: text.encode() for name, text in parts.items()}
    files["protocol.json"] = (canonical_json(protocol.body) + "\n").encode()
    more, hashes = _pairs(study) if is_of_pairs(study) else _analysis(study)
    files |= more
    files["record.jsonl"], head = _record(study)
    facts = {
        "protocol_sha256": protocol.sha256,
        "seed_commitment": study.seed_commitment,
        "seed": bytes(study.seed or b"").hex(),
        "record_head": head,
    } | hashes
    unblinded = AuditEvent.objects.filter(study=study, kind="study.unblinded").order_by("seq").first()
    files[METADATA] = crate_metadata(
        files,
        name=study.title,
        description="A blinded reader study: protocol, readings, report, record and checksums.",
        published=unblinded.at.date().isoformat() if unblinded else "",
        facts=facts,
    ).encode()
    files[CHECKSUMS] = manifest(files).encode()
    return files


def _analysis(study: Study) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return the report and the files for other programs, and the hashes of the run."""
    found = report_of_study(study)
    if found is None:
        raise ConflictError("Nothing was read in this study.")
    report, size = found.report, (found.facts.picture_rows, found.facts.picture_columns)
    table = first_readings(readings_table(unblinded_frame(study), positive=report.plan.positive))[0]
    files = {
        "report.html": report_file(found.document, study, size).encode(),
        "report.json": _json(report.to_dict()),
    }
    if table["rating"].notna().any():
        files["study.imrmc"] = "".join(imrmc_lines(table, title=study.title)).encode()
    folder = r_folder(table, title=study.title, confidence=report.plan.confidence)
    files |= {f"r/{name}": content for name, content in folder.items()}
    hashes = {"plan_sha256": report.plan.sha256, "data_sha256": report.data_sha256}
    return files, hashes | {"software": report.code_version}


def _pairs(study: Study) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return the report and the R folder of a study of pairs, and the hashes of the run."""
    found = pairs_read(study)
    hashes = {name: found.keys[name] for name in ("plan_sha256", "data_sha256")}
    files = {"report.json": _json(found.result.to_dict()), "report.html": pairs_page(study, found).encode()}
    files |= {f"r/{name}": content for name, content in pairs_folder(study, found).items()}
    return files, hashes | {"software": found.keys["code_version"]}


def pairs_read(study: Study) -> PairReport:
    """Return the result of a study of pairs.

    Raises:
        ConflictError: when nothing was read, or before the study is unblinded.
    """
    found = pair_report(study)
    if found is None:
        raise ConflictError("Nothing was read in this study.")
    return found


def pairs_folder(study: Study, found: PairReport) -> dict[str, bytes]:
    """Return the R folder of a study of pairs, by name."""
    return r_pairs(
        found.choices, found.result, title=study.title, margin=found.margin, confidence=found.confidence
    )


def _record(study: Study) -> tuple[bytes, str]:
    """Return the record up to the last event that is not itself about taking files out, and that event's hash."""
    last = AuditEvent.objects.filter(study=study).exclude(kind__in=UNRECORDED).order_by("seq").last()
    if last is None:
        return b"", ""
    lines = [line for line in chain_lines(study) if line["seq"] <= last.seq]
    text = "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines)
    return text.encode(), last.hash


def _json(body: Mapping[str, Any]) -> bytes:
    return (json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
