"""The cases with their origin: for staff, in a draft and after unblinding only."""

from __future__ import annotations

from dataclasses import dataclass

from studies.models.case import Asset, AssetState
from studies.models.study import State, Study
from studies.models.truth import CaseTruth
from webapp.core.errors import ConflictError

SHOWN = (State.DRAFT, State.UNBLINDED, State.ARCHIVED)


@dataclass(frozen=True)
class Content:
    """One case as staff may see it; origin and labels are empty while the study is blinded."""

    code: str
    state: str
    reason: str
    picture: str
    origin: str = ""
    source: str = ""
    birads: str = ""
    density: str = ""
    view: str = ""


def truth_shown(study: Study) -> bool:
    """Tell whether a case's origin may be shown to the study's staff now."""
    return study.state in SHOWN


def contents_with_truth(study: Study) -> list[Content]:
    """Return every case with its origin, originals first, then in order of their codes.

    Raises:
        ConflictError: while the study is blinded.
    """
    if not truth_shown(study):
        raise ConflictError("The truth is sealed until the study is closed and unblinded.")
    assets = _assets(study)
    truths = CaseTruth.objects.filter(case__study=study).select_related("case")
    return [
        Content(
            code=truth.case.code,
            **assets[truth.case_id],
            origin="synthetic" if truth.is_synthetic else "original",
            source=truth.source,
            birads=truth.birads,
            density=truth.density,
            view=truth.view,
        )
        for truth in truths.order_by("is_synthetic", "case__code")
    ]


def contents_blinded(study: Study) -> list[Content]:
    """Return every case without its origin, in order of their random codes."""
    codes = dict(study.cases.values_list("pk", "code"))
    assets = _assets(study)
    return [Content(code=code, **assets[pk]) for pk, code in sorted(codes.items(), key=lambda item: item[1])]


def assets_unready(study: Study) -> list[int]:
    """Return the pictures that are still to be made or failed."""
    return list(
        Asset.objects.filter(case__study=study).exclude(state=AssetState.READY).values_list("pk", flat=True)
    )


def _assets(study: Study) -> dict[int, dict[str, str]]:
    rows = Asset.objects.filter(case__study=study).values_list("case_id", "state", "reason", "image__token")
    return {pk: {"state": state, "reason": reason, "picture": token or ""} for pk, state, reason, token in rows}
