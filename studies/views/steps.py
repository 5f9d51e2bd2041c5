"""Which steps a study's page offers in each state, the first being the next one to take."""

from __future__ import annotations

from dataclasses import dataclass

from studies.models.signature import Act
from studies.models.study import MemberRole, State, Study
from studies.permissions import BY_STEP
from studies.services.signatures import MEANINGS

STEPS = (State.DRAFT, State.LOCKED, State.OPEN, State.CLOSED, State.UNBLINDED)


@dataclass(frozen=True)
class Action:
    """One button: what it does, its words, and what to ask before it is done (empty: nothing).

    `meaning` is the sentence that the person signs with the password; empty where no signature is asked for.
    With `reason` they also say why.
    """

    to: str
    label: str
    ask: str = ""
    enabled: bool = True
    primary: bool = False
    meaning: str = ""
    reason: bool = False


_LOCK = "Lock the study? Protocol and cases can't change any more after this."
_CLOSE = "Close the study? No more answers will be taken, and it can't be opened again."
_BOTH = "Close and unblind the study? No more answers will be taken, and the truth will be shown to you."
_UNBLIND = "Unblind the study? The truth will be shown to you. This is recorded."


def actions(
    study: Study, *, ready: bool, finished: bool, role: str = MemberRole.OWNER, leak: str = ""
) -> list[Action]:
    """Return the steps that this role may take now; the next is primary. `leak` names what leaks, if it does."""
    return [action for action in _steps(study, ready, finished, leak) if may_step(role, action.to)]


def may_step(role: str, to: str) -> bool:
    """Tell whether a role may take a step, or both of a double one."""
    return all(role in BY_STEP.get(part, ()) for part in to.split("-"))


def _steps(study: Study, ready: bool, finished: bool, leak: str) -> list[Action]:
    lock, unblind = MEANINGS[Act.LOCK], MEANINGS[Act.UNBLIND]
    return {
        State.DRAFT: [Action("lock", "Lock", _LOCK, enabled=ready, primary=True, meaning=lock)],
        State.LOCKED: [_opening(leak)],
        State.OPEN: [
            Action("close-unblind", "Close and unblind", _BOTH, primary=finished, meaning=unblind),
            Action("close", "Close", _CLOSE),
            Action("pause", "Pause"),
        ],
        State.PAUSED: [
            Action("open", "Go on reading", primary=True),
            Action("close", "Close", _CLOSE),
        ],
        State.CLOSED: [Action("unblind", "Unblind", _UNBLIND, primary=True, meaning=unblind)],
        State.UNBLINDED: [Action("archive", "Archive")],
        State.ARCHIVED: [],
    }[State(study.state)]


def _opening(leak: str) -> Action:
    if not leak:
        return Action("open", "Open for reading", primary=True)
    ask = f"The arms can be told apart by {leak}. Open anyway?"
    return Action("open", "Open in spite of a leak", ask, meaning=MEANINGS[Act.OVERRIDE], reason=True)
