"""Where a reader stands on the way from consent to debrief. This module can't reach the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studies.models.participant import Participant
from studies.models.reading import FlowStep, Step
from studies.selectors.trials import protocol_of

# In this order; the debrief comes after the last case.
BEFORE = (Step.CONSENT, Step.DISPLAY, Step.QUESTIONNAIRE, Step.INSTRUCTIONS)
PARTS = {
    Step.CONSENT: "consent",
    Step.DISPLAY: "display_check",
    Step.QUESTIONNAIRE: "questionnaire",
    Step.INSTRUCTIONS: "quiz",
    Step.DEBRIEF: "debrief",
}
TITLES = {
    Step.CONSENT: "Consent",
    Step.DISPLAY: "Your display",
    Step.QUESTIONNAIRE: "About you",
    Step.INSTRUCTIONS: "Instructions",
    Step.DEBRIEF: "Looking back",
}


@dataclass(frozen=True)
class DisplayNote:
    """What the self-check of the display found in this session, if it was made: the session is the device.

    Args:
        check: its row's number; 0 for none.
        passed: whether all was seen.
        result: what was measured and seen.
    """

    check: int = 0
    passed: bool = False
    result: Mapping[str, Any] | None = None


def display_note(session: Mapping[str, Any]) -> DisplayNote:
    """Return the session's display check (the display page leaves it there)."""
    note = session.get("display_check")
    return DisplayNote(note["check"], note["passed"], note["result"]) if note else DisplayNote()


def flow_of(participant: Participant) -> dict[str, Any]:
    """Return the flow of the locked protocol; empty for a protocol without one."""
    return protocol_of(participant).body.get("flow", {})


def steps_taken(participant: Participant) -> dict[str, FlowStep]:
    """Return the reader's steps by kind, of repeated ones the last."""
    return {step.kind: step for step in FlowStep.objects.filter(participant=participant).order_by("number")}


def step_owed(participant: Participant, note: DisplayNote, flow: Mapping[str, Any] | None = None) -> Step | None:
    """Return the step to take before the next case is served, or none.

    A required display check is owed on each device: one that was not passed there is owed again.

    Args:
        participant: the reader.
        note: this session's display check.
        flow: of the locked protocol, where it is at hand; read when absent.
    """
    flow = flow_of(participant) if flow is None else flow
    steps = [step for step in BEFORE if PARTS[step] in flow]
    taken = steps_taken(participant) if steps else {}
    for step in steps:
        if step is Step.DISPLAY:
            if _display_owed(flow["display_check"], taken.get(step), note):
                return step
        elif step not in taken:
            return step
    return None


def debrief_owed(participant: Participant) -> bool:
    """Tell whether the questions after the last case are still to be answered."""
    return "debrief" in flow_of(participant) and Step.DEBRIEF not in steps_taken(participant)


def step_place(participant: Participant, step: Step) -> tuple[int, int]:
    """Return the number of a step and of all steps of this study's flow, for "step 2 of 4"."""
    kinds = [kind for kind, part in PARTS.items() if part in flow_of(participant)]
    return kinds.index(step) + 1, len(kinds)


def _display_owed(rule: str, last: FlowStep | None, note: DisplayNote) -> bool:
    if rule == "offered":
        return last is None
    known = last is not None and bool(note.check) and last.body.get("check") == note.check
    return not (known and note.passed)
