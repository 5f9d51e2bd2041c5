"""Ability and bias apart: d' says how well a reader tells the classes, c how ready they are to say synthetic."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from studies.statistics.confusion import Confusion


@dataclass(frozen=True)
class SignalDetection:
    """d' with its standard error, and the criterion c (above 0: slow to say synthetic)."""

    d_prime: float
    standard_error: float
    criterion: float

    def to_dict(self) -> dict[str, float]:
        """Return all fields by name."""
        return {"d_prime": self.d_prime, "standard_error": self.standard_error, "criterion": self.criterion}


def signal_detection(table: Confusion) -> SignalDetection | None:
    """Return d' and c of an equal-variance normal model; None when a class was not read.

    Rates carry the log-linear correction, so that 0 and 1 stay finite.

    Source: Hautus, Behav. Res. Methods 27 (1995) 46 (correction); Gourevitch and Galanter, Psychometrika 32
    (1967) 25 (standard error).

    Args:
        table: counts of one reader.
    """
    if table.positives == 0 or table.negatives == 0:
        return None
    normal = NormalDist()
    hit = (table.tp + 0.5) / (table.positives + 1)
    alarm = (table.fp + 0.5) / (table.negatives + 1)
    z_hit, z_alarm = normal.inv_cdf(hit), normal.inv_cdf(alarm)
    variance = _variance(hit, z_hit, table.positives + 1) + _variance(alarm, z_alarm, table.negatives + 1)
    return SignalDetection(z_hit - z_alarm, math.sqrt(variance), -(z_hit + z_alarm) / 2)


def _variance(rate: float, z: float, n: int) -> float:
    return rate * (1 - rate) / (n * NormalDist().pdf(z) ** 2)
