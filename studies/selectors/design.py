"""What a design is made of: the cases with their classes and strata, and the readers in order. For staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studies.design.case_facts import CaseFacts
from studies.design.errors import DesignError
from studies.design.plan import PlannedTrial, ReaderPlace, reader_plan
from studies.design.randomisation import feasible_run
from studies.models.participant import Participant
from studies.models.study import Study
from studies.models.trial import Trial
from studies.models.truth import CaseTruth


def case_facts(study: Study, design: Mapping[str, Any]) -> list[CaseFacts]:
    """Return the study's cases as a design sees them, with the strata that it names."""
    truths = CaseTruth.objects.filter(case__study=study).select_related("case").order_by("case__code")
    strata = design.get("strata", [])
    return [
        CaseFacts(
            truth.case.code, truth.is_synthetic, tuple(getattr(truth, name) for name in strata), truth.case.phase
        )
        for truth in truths
    ]


def reader_places(study: Study) -> dict[str, ReaderPlace]:
    """Return each reader's place by code: 0 for the first who enrolled."""
    codes = Participant.objects.filter(study=study).order_by("pk").values_list("reader_code", flat=True)
    return {code: ReaderPlace(code, place) for place, code in enumerate(codes)}


def run_length(cases: Sequence[CaseFacts], design: Mapping[str, Any]) -> int:
    """Return the run length that the cases of one reader allow, not below the one asked for."""
    test = [case.synthetic for case in cases if case.phase == "test"]
    share = design.get("per_reader", {"original": test.count(False), "synthetic": test.count(True)})
    if design["allocation"] == "pairs":
        return int(design["max_run"])  # of sides, which are always in balance
    return feasible_run(share["original"], share["synthetic"], design["max_run"])


def design_problem(study: Study, design: Mapping[str, Any]) -> str:
    """Return why the design can't be made of the study's cases as they are, or nothing.

    The orders of two readers are drawn for it, from a seed that is thrown away.
    """
    cases = case_facts(study, design)
    fitted = {**design, "max_run": run_length(cases, design)}
    try:
        for place in range(2):
            reader_plan(fitted, ReaderPlace("XXXX", place), cases, bytes(32))
    except DesignError as error:
        return error.message
    return ""


def orders_verify(study: Study) -> dict[str, str]:
    """Recompute every reader's trials from the seed and compare them with what is stored.

    Returns:
        By reader code, nothing for an order that is the same, else the first trial that differs, in words.
    """
    design = study.protocols.latest("number").body["design"]
    facts, seed = case_facts(study, design), bytes(study.seed or b"")
    found = {}
    for code, place in reader_places(study).items():
        stored = Trial.objects.filter(participant__study=study, participant__reader_code=code)
        told = [_planned(trial) for trial in stored.select_related("case", "right_case").order_by("index")]
        found[code] = _difference(told, reader_plan(design, place, facts, seed))
    return found


def _planned(trial: Trial) -> PlannedTrial:
    return PlannedTrial(
        trial.case.code,
        right=trial.right_case.code if trial.right_case else "",
        phase=trial.phase,
        occurrence=trial.occurrence,
        repeat=trial.repeat_of_id is not None,
        session=trial.session,
        condition=trial.condition,
    )


def _difference(stored: list[PlannedTrial], computed: list[PlannedTrial]) -> str:
    if len(stored) != len(computed):
        return f"{len(stored)} trials stored, {len(computed)} computed"
    for index, (one, other) in enumerate(zip(stored, computed, strict=True), 1):
        if one != other:
            return f"trial {index}: case {one.case} stored, {other.case} computed"
    return ""
