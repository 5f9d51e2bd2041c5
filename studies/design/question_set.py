"""Questions ready to ask: the paper's own, and others that reader studies of mammograms use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from studies.design.lexicon import FINDINGS, finding_options

Question = dict[str, Any]

VOLUMES = ("Under 1,000", "1,000 to 4,999", "5,000 to 9,999", "10,000 and more")
EXPERIENCE = ("Never", "Now and then", "I work with them")
CUES = (
    "Noise or grain", "Edges of the breast", "Vessels and ducts", "Calcifications", "Masses", "Repeated patterns",
    "Overall look",
)  # fmt: skip
_CERTAINTY = ("Guess", "Fairly sure", "Certain")
_BIRADS = ("Incomplete", "Negative", "Benign", "Probably benign", "Suspicious", "Highly suggestive of malignancy")
_DENSITY = ("Almost entirely fatty", "Scattered", "Heterogeneously dense", "Extremely dense")


@dataclass(frozen=True)
class Preset:
    """Questions that are added at once: their key, their name, what they are for, and how they are made.

    Args:
        blank: whether it is a mere form, which may be added any number of times.
    """

    key: str
    label: str
    purpose: str
    make: Callable[[], list[Question]]
    blank: bool = False


def question(key: str, kind: str, label: str, options: list[dict[str, Any]], *, required: bool) -> Question:
    """Return a question with options."""
    return {"key": key, "kind": kind, "label": label, "required": required, "options": options}


def origin() -> Question:
    """Return the paper's question: real or synthetic."""
    options = [
        {"value": "real", "label": "Real", "key": "r"},
        {"value": "synthetic", "label": "Synthetic", "key": "s"},
    ]
    return question("origin", "choice", "Is this image real or synthetic?", options, required=True)


def side() -> Question:
    """Return the question of a pair: which of the two is synthetic."""
    options = [{"value": "left", "label": "Left", "key": "l"}, {"value": "right", "label": "Right", "key": "r"}]
    return question("side", "choice", "Which image is synthetic?", options, required=True)


def confidence() -> Question:
    """Return how sure the answer before is; with two answers that makes the six steps of an ROC rating."""
    options = [{"value": i, "label": str(i), "hint": text, "key": str(i)} for i, text in enumerate(_CERTAINTY, 1)]
    return question("confidence", "scale", "How sure are you?", options, required=True)


def birads() -> Question:
    """Return the BI-RADS assessment."""
    options = [{"value": str(i), "label": str(i), "hint": text} for i, text in enumerate(_BIRADS)]
    return question("birads", "choice", "BI-RADS", options, required=True)


def density() -> Question:
    """Return the BI-RADS density."""
    options = [{"value": v, "label": v, "hint": text} for v, text in zip("abcd", _DENSITY, strict=True)]
    return question("density", "choice", "Density", options, required=False)


def findings(which: Sequence[str] = FINDINGS) -> Question:
    """Return marks on the picture, described in the words of the lexicon."""
    return question("marks", "marks", "Findings", finding_options(which), required=False)


def comment(key: str = "comment", label: str = "Comment") -> Question:
    """Return a comment in the reader's own words."""
    return {"key": key, "kind": "text", "label": label, "required": False, "longest": 2000}


def about_reader() -> list[Question]:
    """Return what a questionnaire before the cases asks."""
    options = [{"value": str(i), "label": text} for i, text in enumerate(EXPERIENCE)]
    return [
        {"key": "years", "kind": "number", "label": "How long have you read mammograms?", "required": True,
         "minimum": 0, "maximum": 60, "unit": "years"},
        question("volume", "choice", "How many do you read in a year?", named(VOLUMES), required=True),
        question("generated", "choice", "Have you seen generated images before?", options, required=True),
    ]  # fmt: skip


def looking_back() -> list[Question]:
    """Return what is asked after the last case."""
    cues = question("cues", "multiple", "What gave synthetic images away?", named(CUES), required=False)
    return [cues, comment("cues_other", "Anything else")]


def named(labels: Sequence[str]) -> list[dict[str, Any]]:
    """Return options whose values are their places."""
    return [{"value": str(i), "label": label} for i, label in enumerate(labels)]


def _blank(kind: str, label: str) -> Callable[[], list[Question]]:
    options = {
        "choice": named(("Yes", "No")),
        "multiple": named(("First", "Second")),
        "scale": [{"value": i, "label": str(i)} for i in range(1, 6)],
    }
    made: Question = {"key": "question", "kind": kind, "label": label, "required": False}
    return lambda: [made | ({"options": options[kind]} if kind in options else {})]


BLANKS = (
    Preset("choice", "One of several", "A choice with options of your own.", _blank("choice", "Choose one"), True),
    Preset("multiple", "Any of several", "As many options as apply.", _blank("multiple", "Choose all"), True),
    Preset("scale", "A scale", "Steps from 1 upward, in one row.", _blank("scale", "How much?"), True),
    Preset("number", "A number", "With its range and unit.", _blank("number", "How many?"), True),
    Preset("text", "Words", "The reader's own.", _blank("text", "In your words"), True),
)
# What may be added to each part: the cases' own questions, the questionnaire, the debrief.
PRESETS: dict[str, tuple[Preset, ...]] = {
    "questions": (
        Preset(
            "origin",
            "Real or synthetic, six steps",
            "The answer and how sure in three steps: together the six of an ROC rating.",
            lambda: [origin(), confidence()],
        ),
        Preset(
            "side",
            "Which of two is synthetic",
            "For designs in pairs, with how sure.",
            lambda: [side(), confidence()],
        ),
        Preset("birads", "BI-RADS assessment", "Categories 0 to 5.", lambda: [birads()]),
        Preset("density", "BI-RADS density", "Categories a to d.", lambda: [density()]),
        Preset("findings", "Findings", "Marks on the image in the lexicon's words.", lambda: [findings()]),
        Preset("comment", "Comment", "A free remark on the image.", lambda: [comment()]),
        *BLANKS,
    ),
    "questionnaire": (
        Preset("about", "About the reader", "Years, volume, and generated images seen before.", about_reader),
        *BLANKS,
    ),
    "debrief": (
        Preset("cues", "What gave them away", "Cues to choose from, and words.", looking_back),
        *BLANKS,
    ),
}
