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
