"""Executes the plan on a table of readings: every number of the report, nothing of its looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from studies.reporting.exclusions import excluded
from studies.reporting.model import FullReport, GroupMean, Groups, Part
from studies.reporting.plan import AnalysisPlan
from studies.reporting.section import Section, absent, attempted
from studies.reporting.table import NEEDED, first_readings, table_hash
from studies.statistics.agreement import agreement_summary, intra_reader
from studies.statistics.calibration import Calibration, calibration, probability_of_rating
from studies.statistics.checks import require_columns, require_one_truth
from studies.statistics.controllability import (
    Controllability,
    controllability,
    suspicion_difference,
)
from studies.statistics.crossed_effects import crossed_effects
from studies.statistics.difficulty import case_difficulty
from studies.statistics.dynamics import order_effect, reader_dynamics
from studies.statistics.heterogeneity import group_difference
from studies.statistics.intervals import t_interval
from studies.statistics.mrmc import obuchowski_rockette, two_way_bootstrap, u_statistics
from studies.statistics.mrmc.bootstrap import TwoWayBootstrap
from studies.statistics.report import Report, study_report
from studies.statistics.roc.empirical import mean_roc
from studies.statistics.roc.readers import reader_rocs

MIXED_MODEL_MOST = 6000


def full_report(table: pd.DataFrame, plan: AnalysisPlan, *, code_version: str) -> FullReport:
    """Return the plan executed on the readings.

    Args:
        table: one row per final reading: `reader`, `case`, `truth` (bool, true for the positive class), `answer`
            (bool), and where known `rating` (rises with suspicion; signed confidence), `modality`, `birads`,
            `density`, `requested` (the category a positive picture was asked for), `order`, `seconds`.
        plan: what to do; its seed makes every resampling repeatable.
        code_version: of this software.

    Raises:
        StatisticsError: when a column is missing, no reading is left, a truth or answer is blank, or a case has
            two truths.
    """
    require_columns(table, NEEDED)
    require_one_truth(table)
    kept, rules = excluded(table, plan.exclusions)
    require_columns(kept, NEEDED)
    once, repeats = first_readings(kept)
    several = "modality" in once and once["modality"].nunique() > 1
    names = sorted(once["modality"].astype(str).unique()) if several else [""]
    parts = tuple(_part(name, _of(once, name), _of(kept, name), plan) for name in names)
    notes = [f"{repeats} repeated readings left out: the first of each reader and case counts"] if repeats else []
    dropped = len(kept) < len(table)
    compared = once
    if several and not _has(once, "rating"):
        compared = once.assign(rating=once["answer"].astype(float))
        notes.append("no rating was given: modalities are compared by the answers' own area, balanced accuracy")
    return FullReport(
        plan=plan,
        data_sha256=table_hash(table),
        code_version=code_version,
        parts=parts,
        exclusions=rules,
        before_exclusions=_main(first_readings(table)[0], plan) if dropped and not several else None,
        comparison=_if(several, "one modality", lambda: u_statistics(compared, confidence=plan.confidence)),
        anova=_if(several, "one modality", lambda: obuchowski_rockette(compared, confidence=plan.confidence)),
        notes=tuple(notes),
    )


def _of(table: pd.DataFrame, modality: str) -> pd.DataFrame:
    return table[table["modality"].astype(str) == modality] if modality else table


def _if(condition: bool, reason: str, call: Callable[[], Any]) -> Section[Any]:
    return attempted(call) if condition else absent(reason)


def _main(once: pd.DataFrame, plan: AnalysisPlan) -> Report:
    return study_report(once, margin=plan.margin, confidence=plan.confidence)


def _part(name: str, once: pd.DataFrame, kept: pd.DataFrame, plan: AnalysisPlan) -> Part:
    """Return all results of one modality; `once` without repeats, `kept` with them."""
    return Part(
        modality=name,
        readings=len(once),
        cases=once["case"].nunique(),
        main=_main(once, plan),
        **_rated(once, plan),
        **_said(once, kept, plan),
        **_ordered(once, plan),
        **_by_case(once, plan),
    )


def _rated(once: pd.DataFrame, plan: AnalysisPlan) -> dict[str, Any]:
    """Return what comes from ratings and from answers taken as calls."""
    rated, level = _has(once, "rating"), plan.confidence
    one = once.assign(modality="all")
    calls = one.assign(rating=one["answer"].astype(float))
    rocs = _if(rated, "no rating was given", lambda: reader_rocs(one.drop(columns="modality"), confidence=level))
    curves = [roc.curve for roc in rocs.value or () if roc.curve is not None]
    return {
        "rocs": rocs,
        "mean_roc": mean_roc(curves) if curves else None,
        "obuchowski_rockette": _if(
            rated, "no rating was given", lambda: obuchowski_rockette(one, confidence=level)
        ),
        "bootstraps": {
            "precision": attempted(lambda: _bootstrap(calls, "precision", plan)),
            "f1": attempted(lambda: _bootstrap(calls, "f1", plan)),
        },
        "calibration": _if(
            rated and plan.levels is not None, "no confidence was stated", lambda: _calibration(once, plan)
        ),
    }


def _said(once: pd.DataFrame, kept: pd.DataFrame, plan: AnalysisPlan) -> dict[str, Any]:
    """Return agreement, and what was read as which category."""
    read, asked, level = _has(once, "birads"), _has(once, "requested"), plan.confidence
    again = bool(kept.duplicated(["reader", "case"]).any()) and _has(kept, "order")
    positives = once[once["truth"].astype(bool)]
    return {
        "agreement": attempted(lambda: agreement_summary(once, confidence=level)),
        "birads_agreement": _if(
            read,
            "no category was given",
            lambda: agreement_summary(once, "birads", ordered=True, confidence=level),
        ),
        "intra_reader": _if(
            again,
            "no case was read twice",
            lambda: intra_reader(kept.rename(columns={"order": "repeat"}), confidence=level),
        ),
        "controllability": _if(
            read and asked,
            "no category was asked for, or none was given",
            lambda: _controllability(positives, plan),
        ),
        "suspicion": _if(read, "no category was given", lambda: suspicion_difference(once, confidence=level)),
        "birads_counts": _birads_counts(once) if read else {},
    }


def _ordered(once: pd.DataFrame, plan: AnalysisPlan) -> dict[str, Any]:
    """Return what changed over the order, and the difference of two groups of readers."""
    ordered, level = _has(once, "order"), plan.confidence
    return {
        "dynamics": _if(ordered, "the order is not known", lambda: reader_dynamics(once, blocks=plan.blocks)),
        "order_effect": _if(ordered, "the order is not known", lambda: order_effect(once, confidence=level)),
        "groups": _if(_has(once, "group"), "no group of readers is known", lambda: _groups(once, plan)),
    }


def _by_case(once: pd.DataFrame, plan: AnalysisPlan) -> dict[str, Any]:
    """Return how hard each case was, and the mixed model where it is fitted in time."""
    small = len(once) <= MIXED_MODEL_MOST
    reason = f"not fitted beyond {MIXED_MODEL_MOST} readings: it would take minutes"
    return {
        "difficulty": attempted(lambda: case_difficulty(once, confidence=plan.confidence)),
        "crossed_effects": _if(small, reason, lambda: crossed_effects(once)),
    }


def _has(table: pd.DataFrame, column: str) -> bool:
    return column in table and bool(table[column].notna().any())


def _bootstrap(calls: pd.DataFrame, statistic: Any, plan: AnalysisPlan) -> TwoWayBootstrap:
    return two_way_bootstrap(
        calls, statistic=statistic, draws=plan.draws, seed=plan.seed, confidence=plan.confidence
    )


def _calibration(once: pd.DataFrame, plan: AnalysisPlan) -> Calibration:
    rated = once[once["rating"].notna()]
    stated = probability_of_rating(rated["rating"].to_numpy(float), plan.levels or 1)
    return calibration(rated["truth"].to_numpy(bool), stated, confidence=plan.confidence)


def _controllability(positives: pd.DataFrame, plan: AnalysisPlan) -> Controllability:
    table = positives[["reader", "case", "requested"]].assign(read=positives["birads"])
    return controllability(table, draws=plan.draws, seed=plan.seed, confidence=plan.confidence)


def _groups(once: pd.DataFrame, plan: AnalysisPlan) -> Groups:
    """Return accuracy by group, readers random within each; the difference where there are two."""
    known = once[once["group"].notna()]
    right = known["truth"].astype(bool) == known["answer"].astype(bool)
    shares = right.groupby([known["group"].astype(str), known["reader"]]).mean()
    means, by_group = [], []
    for name in sorted(known["group"].astype(str).unique()):
        own = [float(share) for share in shares[name]]
        interval = t_interval(own, plan.confidence).interval if len(own) > 1 else None
        means.append(GroupMean(name, len(own), sum(own) / len(own), interval))
        by_group.append(own)
    difference = group_difference(*by_group) if len(by_group) == 2 else None
    return Groups(tuple(means), difference)


def _birads_counts(once: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return numbers of readings by class ("positive", "negative") and category."""
    known = once[once["birads"].notna()]
    truth = np.where(known["truth"].astype(bool), "positive", "negative")
    return {
        name: {
            str(key): int(n) for key, n in known.loc[truth == name, "birads"].value_counts().sort_index().items()
        }
        for name in ("positive", "negative")
    }
