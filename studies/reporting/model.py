"""The results of an executed plan: every number of the report, JSON-ready."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from studies.reporting.exclusions import Exclusion
from studies.reporting.plan import AnalysisPlan
from studies.reporting.section import Section
from studies.statistics.agreement.intra_reader import IntraReader
from studies.statistics.agreement.summary import AgreementSummary
from studies.statistics.calibration import Calibration
from studies.statistics.controllability import Controllability, SuspicionDifference
from studies.statistics.crossed_effects import CrossedEffects
from studies.statistics.difficulty import CaseDifficulty
from studies.statistics.dynamics import OrderEffect, ReaderDynamics
from studies.statistics.heterogeneity import GroupDifference
from studies.statistics.intervals import Interval
from studies.statistics.mrmc.bootstrap import TwoWayBootstrap
from studies.statistics.mrmc.results import ObuchowskiRockette, UStatistics
from studies.statistics.report import Report
from studies.statistics.roc.empirical import RocCurve
from studies.statistics.roc.readers import ReaderRoc


@dataclass(frozen=True)
class GroupMean:
    """Accuracy of one group: mean over its readers with a t interval, None with one reader."""

    group: str
    readers: int
    accuracy: float
    interval: Interval | None

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return vars(self) | {"interval": self.interval.to_dict() if self.interval else None}


@dataclass(frozen=True)
class Groups:
    """Accuracy of each group of readers; `difference` of the first two where there are two, else None."""

    means: tuple[GroupMean, ...]
    difference: GroupDifference | None

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        difference = self.difference.to_dict() if self.difference else None
        return {"means": [one.to_dict() for one in self.means], "difference": difference}


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
    groups: Section[Groups]
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
