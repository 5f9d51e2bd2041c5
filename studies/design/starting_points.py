"""Protocols that a new study can start from, and what each is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from studies.design.protocol import Protocol
from studies.design.templates import paper_protocol, standard_flow

PAIR_INSTRUCTIONS = (
    "You see two mammograms side by side: one is real, one is synthetic. Say which one is synthetic and how sure "
    "you are. There is no time limit, and no answer can be changed once it is sent."
)
PAIR_TOLD = "Of each pair one image is real and one is synthetic."


@dataclass(frozen=True)
class StartingPoint:
    """One template: its key, its name, what it answers, and how it is made."""

    key: str
    label: str
    purpose: str
    make: Callable[[], Protocol]


def _short() -> Protocol:
    body = paper_protocol(
        instructions="You see one mammogram at a time. Say whether it is real or synthetic and how sure you are. "
        "There is no time limit, and no answer can be changed once it is sent."
    )
    body["questions"] = [one for one in body["questions"] if one["key"] in ("origin", "confidence")]
    return body | {"template": "real_synthetic"}


def _pairs() -> Protocol:
    body = _short()
    confidence = next(one for one in body["questions"] if one["key"] == "confidence")
    options = [{"value": "left", "label": "Left", "key": "l"}, {"value": "right", "label": "Right", "key": "r"}]
    side = {"key": "side", "kind": "choice", "label": "Which image is synthetic?", "required": True}
    return body | {
        "template": "pairs",
        "questions": [side | {"options": options}, confidence],
        "instructions": PAIR_INSTRUCTIONS,
        "stated_prevalence": PAIR_TOLD,
        "design": body["design"] | {"allocation": "pairs"},
        "analysis": body["analysis"] | {"measure": "proportion_correct"},
    }


def _whole() -> Protocol:
    return paper_protocol() | {"template": "all_phases", "flow": standard_flow(), "reading": {"break_every": 50}}


STARTING_POINTS = (
    StartingPoint(
        "real_synthetic_birads",
        "As in the MAMBO paper",
        "Real or synthetic with certainty, BI-RADS, density, and marks.",
        paper_protocol,
    ),
    StartingPoint(
        "all_phases",
        "As in the paper, with all phases",
        "The same, with consent, display check, questionnaire, quiz, breaks and debrief.",
        _whole,
    ),
    StartingPoint(
        "real_synthetic",
        "Real or synthetic",
        "One answer and how sure; the quickest to read.",
        _short,
    ),
    StartingPoint(
        "pairs",
        "Two at once",
        "A real and a synthetic image side by side: which is which. Free of the reader's criterion.",
        _pairs,
    ),
)


def starting_point(key: str) -> StartingPoint | None:
    """Return the starting point with this key, if there is one."""
    return next((one for one in STARTING_POINTS if one.key == key), None)
