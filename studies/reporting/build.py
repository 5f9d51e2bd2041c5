"""Executes the plan on a table of readings: every number of the report, nothing of its looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from studies.reporting.exclusions import Exclusion, excluded
from studies.reporting.plan import AnalysisPlan
from studies.reporting.section import Section, absent, attempted
from studies.reporting.table import NEEDED, first_readings, table_hash
from studies.statistics.agreement import agreement_summary, intra_reader
from studies.statistics.agreement.intra_reader import IntraReader
from studies.statistics.agreement.summary import AgreementSummary
from studies.statistics.calibration import Calibration, calibration, probability_of_rating
from studies.statistics.checks import require_columns, require_one_truth
from studies.statistics.controllability import (
    Controllability,
    SuspicionDifference,
    controllability,
    suspicion_difference,
)
from studies.statistics.crossed_effects import CrossedEffects, crossed_effects
from studies.statistics.difficulty import CaseDifficulty, case_difficulty
from studies.statistics.dynamics import OrderEffect, ReaderDynamics, order_effect, reader_dynamics
from studies.statistics.mrmc import obuchowski_rockette, two_way_bootstrap, u_statistics
from studies.statistics.mrmc.bootstrap import TwoWayBootstrap
from studies.statistics.mrmc.results import ObuchowskiRockette, UStatistics
from studies.statistics.report import Report, study_report
from studies.statistics.roc.empirical import RocCurve, mean_roc
from studies.statistics.roc.readers import ReaderRoc, reader_rocs

MIXED_MODEL_MOST = 6000


@dataclass(frozen=True)
class Part:
    """All results of one modality (a study of the site has one, without a name)."""

    modality: str
    readings: int
    cases: int
    main: Report
    rocs: Section[tuple[ReaderRoc, ...]]
    mean_roc: RocCurve | None
    obuchowski_rockette: Section[ObuchowskiRockette]
    bootstraps: dict[str, Section[TwoWayBootstrap]]
    agreement: Section[AgreementSummary]
    birads_agreement: Section[AgreementSummary]
    calibration: Section[Calibration]
    dynamics: Section[tuple[ReaderDynamics, ...]]
    order_effect: Section[OrderEffect]
    difficulty: Section[tuple[CaseDifficulty, ...]]
    crossed_effects: Section[CrossedEffects]
    controllability: Section[Controllability]
    suspicion: Section[SuspicionDifference]
    intra_reader: Section[tuple[IntraReader, ...]]
    birads_counts: dict[str, dict[str, int]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return all fields, JSON-ready."""
        plain = {"modality": self.modality, "readings": self.readings, "cases": self.cases}
        sections = {name: value.to_dict() for name, value in vars(self).items() if isinstance(value, Section)}
        return (
            plain
            | {"main": self.main.to_dict(), "birads_counts": self.birads_counts}
            | {"mean_roc": self.mean_roc.to_dict() if self.mean_roc else None}
            | {"bootstraps": {name: found.to_dict() for name, found in self.bootstraps.items()}}
            | sections
        )


@dataclass(frozen=True)
class FullReport:
    """The executed plan: what it was run on, what it took out, and the results by modality.

    Attributes:
        data_sha256: of the readings before exclusions, see `studies.reporting.table.table_hash`.
        comparison: AUC of the modalities against each other; `anova` the same by mean squares.
    """

    plan: AnalysisPlan
    data_sha256: str
    code_version: str
    parts: tuple[Part, ...]
    exclusions: tuple[Exclusion, ...]
    before_exclusions: Report | None
    comparison: Section[UStatistics]
    anova: Section[ObuchowskiRockette]
    notes: tuple[str, ...] = ()

    @property
    def first(self) -> Part:
        """The only modality, or the first by name."""
        return self.parts[0]

    def to_dict(self) -> dict[str, Any]:
        """Return everything, JSON-ready."""
        return {
            "plan": self.plan.to_dict(),
            "plan_sha256": self.plan.sha256,
            "data_sha256": self.data_sha256,
            "code_version": self.code_version,
            "seed": self.plan.seed,
            "parts": [part.to_dict() for part in self.parts],
            "exclusions": [rule.to_dict() for rule in self.exclusions],
            "before_exclusions": self.before_exclusions.to_dict() if self.before_exclusions else None,
            "comparison": self.comparison.to_dict(),
            "anova": self.anova.to_dict(),
            "notes": list(self.notes),
        }


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
    rated = several and "rating" in once
    return FullReport(
        plan=plan,
        data_sha256=table_hash(table),
        code_version=code_version,
        parts=parts,
        exclusions=rules,
        before_exclusions=_main(first_readings(table)[0], plan) if dropped and not several else None,
        comparison=_if(rated, "one modality", lambda: u_statistics(once, confidence=plan.confidence)),
        anova=_if(rated, "one modality", lambda: obuchowski_rockette(once, confidence=plan.confidence)),
        notes=tuple(notes),
    )


def _of(table: pd.DataFrame, modality: str) -> pd.DataFrame:
    return table[table["modality"].astype(str) == modality] if modality else table


def _if(condition: bool, reason: str, call: Callable[[], Any]) -> Section[Any]:
    return attempted(call) if condition else absent(reason)


def _main(once: pd.DataFrame, plan: AnalysisPlan) -> Report:
    return study_report(once, margin=plan.margin, confidence=plan.confidence)


def _part(name: str, once: pd.DataFrame, kept: pd.DataFrame, plan: AnalysisPlan) -> Part:
    level = plan.confidence
    rated, read = _has(once, "rating"), _has(once, "birads")
    ordered, asked = _has(once, "order"), _has(once, "requested")
    one = once.assign(modality="all")
    rocs = _if(rated, "no rating was given", lambda: reader_rocs(one, confidence=level))
    curves = [roc.curve for roc in rocs.value or () if roc.curve is not None]
    calls = one.assign(rating=one["answer"].astype(float))
    small = len(once) <= MIXED_MODEL_MOST
    again = kept.duplicated(["reader", "case"]).any()
    positives = once[once["truth"].astype(bool)]
    return Part(
        modality=name,
        readings=len(once),
        cases=once["case"].nunique(),
        main=_main(once, plan),
        rocs=rocs,
        mean_roc=mean_roc(curves) if curves else None,
        obuchowski_rockette=_if(rated, "no rating was given", lambda: obuchowski_rockette(one, confidence=level)),
        bootstraps={
            "precision": attempted(lambda: _bootstrap(calls, "precision", plan)),
            "f1": attempted(lambda: _bootstrap(calls, "f1", plan)),
        },
        agreement=attempted(lambda: agreement_summary(once, confidence=level)),
        birads_agreement=_if(
            read,
            "no category was given",
            lambda: agreement_summary(once, "birads", ordered=True, confidence=level),
        ),
        calibration=_if(
            rated and plan.levels is not None, "no confidence was stated", lambda: _calibration(once, plan)
        ),
        dynamics=_if(ordered, "the order is not known", lambda: reader_dynamics(once, blocks=plan.blocks)),
        order_effect=_if(ordered, "the order is not known", lambda: order_effect(once, confidence=level)),
        difficulty=attempted(lambda: case_difficulty(once, confidence=level)),
        crossed_effects=_if(
            small,
            f"not fitted beyond {MIXED_MODEL_MOST} readings: it would take minutes",
            lambda: crossed_effects(once),
        ),
        controllability=_if(
            read and asked,
            "no category was asked for, or none was given",
            lambda: _controllability(positives, plan),
        ),
        suspicion=_if(read, "no category was given", lambda: suspicion_difference(once, confidence=level)),
        intra_reader=_if(
            bool(again) and ordered,
            "no case was read twice",
            lambda: intra_reader(kept.rename(columns={"order": "repeat"}), confidence=level),
        ),
        birads_counts=_birads_counts(once) if read else {},
    )


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
