"""Whether a draft can be locked, and if not, why not. For staff: it counts classes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from studies.models.case import Asset, AssetState
from studies.models.study import Study
from studies.models.truth import CaseTruth
from studies.selectors.design import design_problem


@dataclass(frozen=True)
class Check:
    """One condition: whether it holds, its name, and what is so or is missing, in words."""

    ok: bool
    label: str
    detail: str


@dataclass(frozen=True)
class ClassCounts:
    """How many cases of each origin a study has."""

    original: int
    synthetic: int

    @property
    def total(self) -> int:
        """All cases."""
        return self.original + self.synthetic


def class_counts(study: Study) -> ClassCounts:
    """Return how many cases are original and synthetic."""
    counts = CaseTruth.objects.filter(case__study=study).aggregate(
        original=Count("pk", filter=Q(is_synthetic=False)), synthetic=Count("pk", filter=Q(is_synthetic=True))
    )
    return ClassCounts(**counts)


def study_readiness(study: Study) -> list[Check]:
    """Return every condition for locking, met or not, in the order in which one would meet them."""
    counts = class_counts(study)
    readers = study.participants.count()
    return [
        _present(counts.original, "Original images", "original image"),
        _present(counts.synthetic, "Synthetic images", "synthetic image"),
        _pictures(study, counts.total),
        _present(readers, "Readers", "reader", verb="Invite"),
        *([_design(study)] if counts.original and counts.synthetic else []),
    ]


def _design(study: Study) -> Check:
    problem = design_problem(study, study.protocols.latest("number").body["design"])
    return Check(
        not problem, "Design", f"It can't be made of these cases: {problem}." if problem else "It fits the cases."
    )


def _present(count: int, label: str, noun: str, *, verb: str = "Add") -> Check:
    plural = "" if count == 1 else "s"
    detail = f"{count} {noun}{plural}." if count else f"{verb} at least one {noun}."
    return Check(count > 0, label, detail)


def _pictures(study: Study, total: int) -> Check:
    label = "Pictures prepared"
    states = Asset.objects.filter(case__study=study)
    ready = states.filter(state=AssetState.READY).count()
    failed = list(states.filter(state=AssetState.FAILED).select_related("case")[:3])
    if failed:
        reasons = " ".join(f"Case {asset.case.code}: {asset.reason}" for asset in failed)
        return Check(False, label, f"Some pictures can't be prepared. {reasons}")
    if ready < total:
        return Check(False, label, f"{ready} of {total} prepared. The rest are being made.")
    return Check(total > 0, label, f"All {total} prepared." if total else "There is nothing to prepare yet.")
