"""Protocols to start from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from studies.design.hash_stream import ALGORITHM
from studies.design.protocol import Protocol
from studies.design.question_set import about_reader, birads, confidence, density, looking_back, origin
from studies.design.question_set import findings as findings_question
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
        "questions": [origin(), confidence(), birads(), density(), findings_question(findings)],
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


def standard_flow(*, training: bool = False) -> dict[str, Any]:
    """Return the steps around the cases that a study of generated images will want: all of them.

    Args:
        training: whether training cases with feedback come before the test cases.
    """
    flow: dict[str, Any] = {
        "consent": {"text": CONSENT, "statements": list(STATEMENTS)},
        "display_check": "offered",
        "questionnaire": about_reader(),
        "quiz": [
            {"question": "Can an answer be changed after it is sent?", "options": ["Yes", "No"], "correct": 1},
            {"question": "Is the share of synthetic images told?", "options": ["Yes", "No"], "correct": 1},
        ],
        "debrief": looking_back(),
    }  # fmt: skip
    return flow | ({"training": {"feedback": True}} if training else {})
