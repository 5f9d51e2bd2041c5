"""What a simulated reader is going to do, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studies.services.rehearsal.browser import Reply


@dataclass(frozen=True)
class Script:
    """What a simulated reader will do, settled before the first request.

    Args:
        name: of the account.
        password: of the account; empty when the browser is signed in already.
        participant: token of the reader's place.
        flow: of the protocol.
        calls: decision variable by trial token.
        leaves_after: how many cases are answered before the reader drops out; none for all.
        fault_share: of the cases that meet a fault of the network or of the hand.
        seed: of the reader's answers, times and faults.
        pace: share of a reading's time that is really waited; 0 for none, 1 for a reader's own pace.
    """

    name: str
    password: str
    participant: str
    flow: Mapping[str, Any]
    calls: Mapping[str, float]
    leaves_after: int | None
    fault_share: float
    seed: str
    pace: float = 0.0


@dataclass
class Diary:
    """What one reader did and was told."""

    accepted: dict[str, str] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)
    next_s: list[float] = field(default_factory=list)
    answer_s: list[float] = field(default_factory=list)


class Refused(Exception):  # noqa: N818 - ends a reader's way
    """The site answered something that a reader can't go on from."""


def said(reply: Reply) -> str:
    """Return status, code and words of a refusal."""
    error = reply.json().get("error") or {}
    return f"{reply.status} {error.get('code', '')} {error.get('message', '')}".strip()
