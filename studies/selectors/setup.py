"""How far a draft's setup is."""

from __future__ import annotations

from studies.models.study import Study
from studies.selectors.readiness import study_readiness

SETUP = {
    "purpose": "Purpose and template",
    "cases": "Cases",
    "readers": "Readers and design",
    "protocol": "Protocol text",
    "check": "Check and lock",
}
# What a step is there to meet; the texts have defaults, so that they are met from the start.
_MEETS = {
    "cases": ("Original images", "Synthetic images", "Pictures prepared"),
    "readers": ("Readers", "Design"),
}


def setup_done(study: Study) -> list[str]:
    """Return the steps whose conditions for locking hold."""
    missing = {check.label for check in study_readiness(study) if not check.ok}
    done = [step for step, needed in _MEETS.items() if not missing & set(needed)]
    return ["purpose", *done, "protocol"]


def setup_next(study: Study) -> str:
    """Return the first step that is not done: where one goes on."""
    done = setup_done(study)
    return next((step for step in SETUP if step not in done), "check")
