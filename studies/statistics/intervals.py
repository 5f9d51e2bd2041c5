"""Intervals of a proportion and of a mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, stdev

from scipy.special import stdtr, stdtrit


@dataclass(frozen=True)
class Interval:
    """Lower and upper limit."""

    lower: float
    upper: float

    def to_dict(self) -> dict[str, float]:
        """Return the limits by name."""
        return {"lower": self.lower, "upper": self.upper}


@dataclass(frozen=True)
class MeanInterval:
    """Mean over readers with its t interval; the readers are the sample, the cases are taken as fixed."""

    mean: float
    sd: float
    df: int
    interval: Interval

    def to_dict(self) -> dict[str, object]:
        """Return all fields by name."""
        return {"mean": self.mean, "sd": self.sd, "df": self.df, "interval": self.interval.to_dict()}


def wilson_interval(successes: int, trials: int, confidence: float = 0.95) -> Interval:
    """Return the Wilson score interval of a proportion, without continuity correction.

    Treats the trials as independent: pooled over readers it ignores that readings of one reader, and of one
    case, go together.

    Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209; used in Table 2 of the MAMBO paper.

    Args:
        successes: number of hits, 0 to `trials`.
        trials: number of trials, at least 1.
        confidence: in (0, 1).

    Raises:
        ValueError: when a count or the confidence is out of range.
    """
    if trials < 1 or not 0 <= successes <= trials:
        raise ValueError(f"got {successes} of {trials}, expected 0 to n of n, n at least 1")
    _check_confidence(confidence)
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share = successes / trials
    spread = 1 + z * z / trials
    center = (share + z * z / (2 * trials)) / spread
    half = z / spread * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    # At 0 and n hits one limit is exact; rounding must not push it out of [0, 1].
    lower = 0.0 if successes == 0 else center - half
    upper = 1.0 if successes == trials else center + half
    return Interval(lower, upper)


def t_interval(values: Sequence[float], confidence: float = 0.95) -> MeanInterval:
    """Return mean, standard deviation and t interval of one value per reader.

    Args:
        values: at least two, one per reader.
        confidence: in (0, 1).

    Raises:
        ValueError: with fewer than two values, or a confidence out of range.
    """
    if len(values) < 2:
        raise ValueError(f"got {len(values)} readers, expected at least 2")
    _check_confidence(confidence)
    mean, sd, df = fmean(values), stdev(values), len(values) - 1
    half = float(stdtrit(df, 0.5 + confidence / 2)) * sd / math.sqrt(len(values))
    return MeanInterval(mean, sd, df, Interval(mean - half, mean + half))


def t_tail(statistic: float, df: float) -> float:
    """Return P(T > statistic) for Student's t with `df` degrees of freedom."""
    return float(stdtr(df, -statistic))


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence: got {confidence}, expected a value in (0, 1)")
