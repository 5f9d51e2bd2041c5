"""What a comparison found, kept together, and as plain values for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from mambo_engine.evaluation.bootstrap import Interval
from mambo_engine.evaluation.copies import LEVEL, Copies
from mambo_engine.evaluation.figures import Figure
from mambo_engine.evaluation.labels_read import FieldRead
from mambo_engine.evaluation.memorization import Pair, SpaceScreen
from mambo_engine.evaluation.pictures import PictureSet
from mambo_engine.evaluation.protocol import Comparison


@dataclass(frozen=True)
class Report:
    """Everything that the page and the JSON file say.

    Attributes:
        subject: what was compared: plain values by name.
        comparison: the figures.
        generated: pictures.
        real: pictures.
        copies: the memorization screen; none where no training pictures were given.
        labels: asked for against read; empty where the extractor reads none.
    """

    subject: Mapping[str, Any]
    comparison: Comparison
    generated: PictureSet
    real: PictureSet
    copies: Copies | None = None
    labels: tuple[FieldRead, ...] = ()

    def to_mapping(self) -> dict[str, Any]:
        """Everything measured, as plain values."""
        kept: dict[str, Any] = {
            **self.subject,
            "extractor": {
                "name": self.comparison.extractor,
                "sha256": self.comparison.digest,
                "for": self.comparison.comparable,
            },
            "figures": {one.key: _figure(one) for one in self.comparison.figures},
            "labels": {one.generated.name: one.to_mapping() for one in self.labels},
            "notes": list(self.comparison.notes),
        }
        if self.copies is not None:
            spaces = {"pixels": self.copies.screen.pixels, "features": self.copies.screen.features}
            kept["memorization"] = {
                "copies": self.copies.screen.copies(LEVEL),
                "decides": self.copies.decides,
                **{name: _space(space) for name, space in spaces.items()},
                "pairs": [_pair(pair, self.generated, self.copies) for pair in self.copies.screen.pairs],
            }
        return kept


def _figure(figure: Figure) -> dict[str, Any]:
    kept = {"title": figure.title, "generated": _interval(figure.generated), "real": figure.real}
    if figure.real_interval is not None:
        kept["real_interval"] = _interval(figure.real_interval)
    if figure.equal is not None:
        kept["generated_at_the_number_of_real"] = figure.equal
    return {**kept, "pictures": list(figure.pictures)}


def _interval(interval: Interval) -> dict[str, float]:
    return {"value": interval.estimate, "low": interval.low, "high": interval.high, "level": interval.level}


def _space(space: SpaceScreen) -> dict[str, Any]:
    return {
        "flagged": int(space.flagged.sum()),
        "of": len(space.flagged),
        "expected_share": space.expected,
        "threshold": space.threshold,
        "held_out": len(space.held_out),
        "p_value": space.p_value,
    }


def _pair(pair: Pair, generated: PictureSet, copies: Copies) -> dict[str, Any]:
    names = {"generated": generated.names[pair.generated], "training": copies.names[pair.training]}
    return {**asdict(pair), **names}
