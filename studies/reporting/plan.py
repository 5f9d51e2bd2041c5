"""What is computed on a study: fixed with the protocol, known by its hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from studies.design.canonical import canonical_hash
from studies.design.protocol import question_by_key
from studies.statistics.errors import StatisticsError


@dataclass(frozen=True)
class AnalysisPlan:
    """The plan of one analysis. Everything that could change a number is in here.

    Attributes:
        margin: half-width of the zone of balanced accuracy about 0.5 that counts as "can't tell".
        confidence: of every interval, in (0.5, 1).
        positive: the class that counts as a hit; `negative`: the other, both in words.
        levels: steps of stated confidence, where it was asked.
        exclusions: rules stated before reading, see `studies.reporting.exclusions`.
        seed: of every resampling; `draws`: resamples; `blocks`: parts of a reader's order.
    """

    margin: float = 0.05
    confidence: float = 0.95
    measure: str = "balanced_accuracy"
    positive: str = "synthetic"
    negative: str = "real"
    levels: int | None = None
    exclusions: tuple[str, ...] = ()
    seed: int = 0
    draws: int = 500
    blocks: int = 4

    def __post_init__(self) -> None:
        if not 0 < self.margin <= 0.5:
            raise StatisticsError(f"margin: got {self.margin}, expected above 0 and up to 0.5")
        if not 0.5 < self.confidence < 1:
            raise StatisticsError(f"confidence: got {self.confidence}, expected a value in (0.5, 1)")
        if self.measure != "balanced_accuracy":
            raise StatisticsError(f"measure: got {self.measure!r}, expected balanced_accuracy")

    @property
    def level(self) -> str:
        """The confidence in words, such as "95 %"."""
        return f"{self.confidence * 100:g} %"

    @property
    def sha256(self) -> str:
        """SHA-256 of the plan's canonical JSON, in hexadecimal."""
        return canonical_hash(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """Return all fields, JSON-ready."""
        return asdict(self) | {"exclusions": list(self.exclusions)}


def plan_of_protocol(body: Mapping[str, Any]) -> AnalysisPlan:
    """Return the plan that a protocol fixes; what it leaves open has the values of `AnalysisPlan`.

    Raises:
        StatisticsError: for a plan that can't be executed.
    """
    stated = body["analysis"]
    question = question_by_key(dict(body), "confidence")
    rules = body.get("exclusions", [])
    return AnalysisPlan(
        margin=float(stated["margin"]),
        confidence=float(stated["confidence"]),
        measure=str(stated["measure"]),
        positive=str(stated["positive"]),
        levels=len(question["options"]) if question else None,
        exclusions=tuple(rule if isinstance(rule, str) else str(rule.get("rule", rule)) for rule in rules),
    )
