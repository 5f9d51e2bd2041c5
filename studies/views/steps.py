"""Which steps a study's page offers in each state, the first being the next one to take."""

from __future__ import annotations

from dataclasses import dataclass

from studies.models.study import State, Study

STEPS = (State.DRAFT, State.LOCKED, State.OPEN, State.CLOSED, State.UNBLINDED)


@dataclass(frozen=True)
class Action:
    """One button: what it does, its words, and what to ask before it is done (empty: nothing)."""

    to: str
    label: str
    ask: str = ""
    enabled: bool = True
    primary: bool = False


_LOCK = "Lock the study? Protocol and cases can't change any more after this."
_CLOSE = "Close the study? No more answers will be taken, and it can't be opened again."
_BOTH = "Close and unblind the study? No more answers will be taken, and the truth will be shown to you."
_UNBLIND = "Unblind the study? The truth will be shown to you. This is recorded."


def actions(study: Study, *, ready: bool, finished: bool) -> list[Action]:
    """Return the steps that may be taken now; the next one is primary, and an unfinished study has none."""
    return {
        State.DRAFT: [Action("lock", "Lock", _LOCK, enabled=ready, primary=True)],
        State.LOCKED: [Action("open", "Open for reading", primary=True)],
        State.OPEN: [
            Action("close-unblind", "Close and unblind", _BOTH, primary=finished),
            Action("close", "Close", _CLOSE),
            Action("pause", "Pause"),
        ],
        State.PAUSED: [
            Action("open", "Go on reading", primary=True),
            Action("close", "Close", _CLOSE),
        ],
        State.CLOSED: [Action("unblind", "Unblind", _UNBLIND, primary=True)],
        State.UNBLINDED: [Action("archive", "Archive")],
        State.ARCHIVED: [],
    }[State(study.state)]
