"""Ability and bias apart: d' says how well a reader tells the classes, c how ready they are to say synthetic."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from studies.statistics.counts import Confusion
from studies.statistics.intervals import Interval, estimate_interval

NORMAL = NormalDist()


@dataclass(frozen=True)
class SignalDetection:
    """d' with its standard error, the criterion c (above 0: slow to say synthetic), and beta.

    Intervals are normal ones; beta's is that of its logarithm. `standard_error` is that of d';
    `criterion_standard_error` is half of it, because the two rates are independent.
    """

    d_prime: float
    standard_error: float
    criterion: float
    criterion_standard_error: float
    beta: float
    d_prime_interval: Interval
    criterion_interval: Interval
    beta_interval: Interval

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        plain = ("d_prime", "standard_error", "criterion", "criterion_standard_error", "beta")
        limits = ("d_prime_interval", "criterion_interval", "beta_interval")
        return {name: getattr(self, name) for name in plain} | {
            name: getattr(self, name).to_dict() for name in limits
        }


def signal_detection(table: Confusion, *, confidence: float = 0.95) -> SignalDetection | None:
    """Return d', c and beta of an equal-variance normal model; None when a class was not read.

    d' = z(H) - z(F), c = -(z(H) + z(F)) / 2, ln beta = c d', with H = (TP + .5) / (P + 1) and F = (FP + .5) /
    (N + 1), so that rates of 0 and 1 stay finite. Var d' = V(H) + V(F) with V(p) = p (1 - p) / (n phi(z(p))^2).
    ln beta = (z(F)^2 - z(H)^2) / 2, so its variance is z(H)^2 V(H) + z(F)^2 V(F).

    Source: Macmillan and Creelman, Detection Theory (2005), chapters 1, 2 and 13; Hautus, Behav. Res. Methods 27
    (1995) 46 (correction); Gourevitch and Galanter, Psychometrika 32 (1967) 25 (standard error).

    Args:
        table: counts of one reader.
        confidence: of the intervals, in (0, 1).
    """
    if table.positives == 0 or table.negatives == 0:
        return None
    hit = (table.tp + 0.5) / (table.positives + 1)
    alarm = (table.fp + 0.5) / (table.negatives + 1)
    z_hit, z_alarm = NORMAL.inv_cdf(hit), NORMAL.inv_cdf(alarm)
    hit_variance = _variance(hit, z_hit, table.positives + 1)
    alarm_variance = _variance(alarm, z_alarm, table.negatives + 1)
    d_prime, criterion = z_hit - z_alarm, -(z_hit + z_alarm) / 2
    error = math.sqrt(hit_variance + alarm_variance)
    log_error = math.sqrt(z_hit**2 * hit_variance + z_alarm**2 * alarm_variance)
    log_beta = estimate_interval(criterion * d_prime, log_error, math.inf, confidence)
    return SignalDetection(
        d_prime,
        error,
        criterion,
        error / 2,
        math.exp(criterion * d_prime),
        estimate_interval(d_prime, error, math.inf, confidence),
        estimate_interval(criterion, error / 2, math.inf, confidence),
        Interval(math.exp(log_beta.lower), math.exp(log_beta.upper)),
    )


def _variance(rate: float, z: float, n: int) -> float:
    return rate * (1 - rate) / (n * NORMAL.pdf(z) ** 2)
