"""Protocols to start from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from studies.design.hash_stream import ALGORITHM
from studies.design.lexicon import finding_options
from studies.design.protocol import Protocol
from studies.design.randomisation import MAX_RUN

STATED_PREVALENCE = "Some of the images are real and some are synthetic. The share is not told."
INSTRUCTIONS = (
    "You see one mammogram at a time. Say whether it is real or synthetic and how sure you are, then give "
    "the BI-RADS category and mark what you find. There is no time limit, and no answer can be changed once it "
    "is sent."
)
CONSENT = (
    "You are asked to read mammograms on this screen and to say what you see. Your answers, how long they took "
    "and how you looked at each image are kept under a reader code. You may stop at any time; what you answered "
    "until then stays in the record."
)
STATEMENTS = (
    "I have read this and take part of my own will.",
    "I don't look for these images elsewhere, and talk about them with no other reader until the study is over.",
)
VOLUMES = ("Under 1,000", "1,000 to 4,999", "5,000 to 9,999", "10,000 and more")
EXPERIENCE = ("Never", "Now and then", "I work with them")
CUES = (
    "Noise or grain", "Edges of the breast", "Vessels and ducts", "Calcifications", "Masses", "Repeated patterns",
    "Overall look",
)  # fmt: skip
PICTURE = {"rows": 1024, "columns": 832}


def paper_protocol(
    *,
    instructions: str = INSTRUCTIONS,
    stated_prevalence: str = STATED_PREVALENCE,
    margin: float = 0.05,
    findings: Sequence[str] = ("mass", "calcification"),
) -> Protocol:
    """Return the paper's study as a protocol: origin with confidence, BI-RADS, density, marks.

    The paper does not say on which scale certainty was asked, or whether it was; three steps with the
    answer itself give the six-point rating of the ROC analysis.

    Source: MAMBO, section 4.2.

    Args:
        instructions: what readers are told before they begin.
        stated_prevalence: what readers are told about the share of synthetic images.
        margin: half-width of the zone of balanced accuracy about 0.5 that counts as "can't tell".
        findings: what may be marked, of `studies.design.lexicon.FINDINGS`; the paper's are the default.
    """
    return {
        "schema": 1,
        "template": "real_synthetic_birads",
        "questions": [_origin(), _confidence(), _birads(), _density(), _findings(findings)],
        "instructions": instructions,
        "stated_prevalence": stated_prevalence,
        "revisions": "none",
        "exclusions": [],
        "design": {"allocation": "fully_crossed", "max_run": MAX_RUN, "randomness": ALGORITHM},
        "picture": dict(PICTURE),
        "analysis": {
            "positive": "synthetic",
            "measure": "balanced_accuracy",
            "confidence": 0.95,
            "margin": margin,
        },
    }


def _question(key: str, kind: str, label: str, options: list[dict[str, Any]], *, required: bool) -> dict[str, Any]:
    return {"key": key, "kind": kind, "label": label, "required": required, "options": options}


def _origin() -> dict[str, Any]:
    options = [
        {"value": "real", "label": "Real", "key": "r"},
        {"value": "synthetic", "label": "Synthetic", "key": "s"},
    ]
    return _question("origin", "choice", "Is this image real or synthetic?", options, required=True)


def _confidence() -> dict[str, Any]:
    labels = ("Guess", "Fairly sure", "Certain")
    options = [{"value": i, "label": str(i), "hint": text, "key": str(i)} for i, text in enumerate(labels, 1)]
    return _question("confidence", "scale", "How sure are you?", options, required=True)


def _birads() -> dict[str, Any]:
    hints = (
        "Incomplete",
        "Negative",
        "Benign",
        "Probably benign",
        "Suspicious",
        "Highly suggestive of malignancy",
    )
    options = [{"value": str(i), "label": str(i), "hint": text} for i, text in enumerate(hints)]
    return _question("birads", "choice", "BI-RADS", options, required=True)


def _density() -> dict[str, Any]:
    hints = ("Almost entirely fatty", "Scattered", "Heterogeneously dense", "Extremely dense")
    options = [{"value": v, "label": v, "hint": text} for v, text in zip("abcd", hints, strict=True)]
    return _question("density", "choice", "Density", options, required=False)


def _findings(findings: Sequence[str]) -> dict[str, Any]:
    return _question("marks", "marks", "Findings", finding_options(findings), required=False)


def standard_flow(*, training: bool = False) -> dict[str, Any]:
    """Return the steps around the cases that a study of generated images will want: all of them.

    Args:
        training: whether training cases with feedback come before the test cases.
    """
    options = [{"value": str(i), "label": text} for i, text in enumerate(EXPERIENCE)]
    debrief = [
        _question("cues", "multiple", "What gave synthetic images away?", _named(CUES), required=False),
        {"key": "cues_other", "kind": "text", "label": "Anything else", "required": False, "longest": 2000},
    ]
    flow: dict[str, Any] = {
        "consent": {"text": CONSENT, "statements": list(STATEMENTS)},
        "display_check": "offered",
        "questionnaire": [
            {"key": "years", "kind": "number", "label": "How long have you read mammograms?", "required": True,
             "minimum": 0, "maximum": 60, "unit": "years"},
            _question("volume", "choice", "How many do you read in a year?", _named(VOLUMES), required=True),
            _question("generated", "choice", "Have you seen generated images before?", options, required=True),
        ],
        "quiz": [
            {"question": "Can an answer be changed after it is sent?", "options": ["Yes", "No"], "correct": 1},
            {"question": "Is the share of synthetic images told?", "options": ["Yes", "No"], "correct": 1},
        ],
        "debrief": debrief,
    }  # fmt: skip
    return flow | ({"training": {"feedback": True}} if training else {})


def _named(labels: Sequence[str]) -> list[dict[str, Any]]:
    return [{"value": str(i), "label": label} for i, label in enumerate(labels)]
