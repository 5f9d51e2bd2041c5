"""Records what an analysis gave, once for each plan, data and software."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from studies.design.canonical import canonical_hash
from studies.models.analysis import AnalysisRun
from studies.models.study import Study
from studies.reporting.model import FullReport
from studies.selectors.pairs import PairReport
from studies.services.audit import audit_add
from webapp.accounts.models import User


def analysis_record(study: Study, actor: User | None, report: FullReport) -> AnalysisRun:
    """Return the run of this plan on these readings with this software, stored the first time.

    Locks: the study's row when a run is added. Emits: "analysis.run" with the hashes.
    """
    keys = {
        "plan_sha256": report.plan.sha256,
        "data_sha256": report.data_sha256,
        "code_version": report.code_version,
    }
    known = AnalysisRun.objects.filter(study=study, **keys).first()
    if known is not None:
        return known
    main = {
        "parts": [{"modality": part.modality} | part.main.to_dict() for part in report.parts],
        "comparison": report.comparison.to_dict(),
    }
    return _store(study, actor, keys, main, seed=report.plan.seed)


def pairs_record(study: Study, actor: User | None, report: PairReport) -> AnalysisRun:
    """Return the run of a plan of pairs, stored the first time.

    Locks: the study's row when a run is added. Emits: "analysis.run" with the hashes.
    """
    known = AnalysisRun.objects.filter(study=study, **report.keys).first()
    return known or _store(study, actor, report.keys, report.result.to_dict(), seed=0)


def _store(
    study: Study, actor: User | None, keys: dict[str, str], main: dict[str, Any], *, seed: int
) -> AnalysisRun:
    run = AnalysisRun(
        study=study,
        at=timezone.now(),
        actor=actor,
        seed=seed,
        result_sha256=canonical_hash(main),
        result=main,
        **keys,
    )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            audit_add(study, actor, "analysis.run", keys | {"result_sha256": run.result_sha256})
    except IntegrityError:  # somebody opened the same report at the same moment
        return AnalysisRun.objects.get(study=study, **keys)
    return run


@transaction.atomic
def export_record(study: Study, actor: User, kind: str, *, truth: bool) -> None:
    """Record that a file was taken out. Locks: the study's row. Emits: "export.made" with kind and truth."""
    audit_add(study, actor, "export.made", {"kind": kind, "truth": truth})
