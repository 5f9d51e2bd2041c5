"""Intervals of a proportion and of a mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, stdev

from scipy.special import betaincinv, expit, ndtr, stdtr, stdtrit
from scipy.stats import binomtest

from studies.statistics.checks import require_confidence
from studies.statistics.errors import StatisticsError


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
        StatisticsError: when a count or the confidence is out of range.
    """
    _check_counts(successes, trials)
    require_confidence(confidence)
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
        StatisticsError: with fewer than two values, or a confidence out of range.
    """
    if len(values) < 2:
        raise StatisticsError(f"got {len(values)} readers, expected at least 2")
    require_confidence(confidence)
    mean, sd, df = fmean(values), stdev(values), len(values) - 1
    half = float(stdtrit(df, 0.5 + confidence / 2)) * sd / math.sqrt(len(values))
    return MeanInterval(mean, sd, df, Interval(mean - half, mean + half))


def t_tail(statistic: float, df: float) -> float:
    """Return P(T > statistic) for Student's t with `df` degrees of freedom; infinite df give the normal."""
    return float(ndtr(-statistic) if math.isinf(df) else stdtr(df, -statistic))


def two_sided_p(distance: float, standard_error: float, df: float) -> float:
    """Return P(|T| > |distance| / standard error); without an error the distance alone decides: 1 at 0, else 0."""
    if standard_error == 0:
        return 1.0 if distance == 0 else 0.0
    return min(1.0, 2 * t_tail(abs(distance) / standard_error, df))


def t_quantile(probability: float, df: float) -> float:
    """Return the value that Student's t stays below with this probability; infinite df give the normal."""
    return NormalDist().inv_cdf(probability) if math.isinf(df) else float(stdtrit(df, probability))


def estimate_interval(estimate: float, standard_error: float, df: float, confidence: float = 0.95) -> Interval:
    """Return estimate -+ t(df) standard errors. Limits may leave the range of the quantity.

    Args:
        estimate: any number.
        standard_error: 0 or more.
        df: above 0; infinity for the normal.
        confidence: in (0, 1).

    Raises:
        StatisticsError: when an argument is out of range.
    """
    require_confidence(confidence)
    if not standard_error >= 0 or not df > 0:
        raise StatisticsError(f"got standard error {standard_error} and df {df}, expected 0 or more and above 0")
    half = t_quantile(0.5 + confidence / 2, df) * standard_error
    return Interval(estimate - half, estimate + half)


def logit_interval(estimate: float, standard_error: float, df: float, confidence: float = 0.95) -> Interval | None:
    """Return the interval on the logit scale, whose limits stay in (0, 1); None at 0, at 1 and without an error.

    logit(limits) = logit(A) -+ t(df) se / (A (1 - A)). Near 1 it covers better than the plain interval.

    Source: Pepe, The Statistical Evaluation of Medical Tests (2003), section 5.2.

    Raises:
        StatisticsError: when an argument is out of range.
    """
    if not 0 < estimate < 1 or standard_error == 0:
        return None
    center = math.log(estimate / (1 - estimate))
    limits = estimate_interval(center, standard_error / (estimate * (1 - estimate)), df, confidence)
    return Interval(float(expit(limits.lower)), float(expit(limits.upper)))


def exact_interval(successes: int, trials: int, confidence: float = 0.95) -> Interval:
    """Return the exact (Clopper-Pearson) interval of a proportion: never covers less than stated.

    Source: C. J. Clopper, E. S. Pearson, Biometrika 26 (1934) 404.

    Args:
        successes: number of hits, 0 to `trials`.
        trials: number of trials, at least 1.
        confidence: in (0, 1).

    Raises:
        StatisticsError: when a count or the confidence is out of range.
    """
    _check_counts(successes, trials)
    require_confidence(confidence)
    tail, misses = (1 - confidence) / 2, trials - successes
    lower = float(betaincinv(successes, misses + 1, tail)) if successes else 0.0
    upper = float(betaincinv(successes + 1, misses, 1 - tail)) if misses else 1.0
    return Interval(lower, upper)


def binomial_test(successes: int, trials: int, probability: float = 0.5) -> float:
    """Return the exact two-sided p of a proportion against a probability (sum of outcomes no more likely).

    Raises:
        StatisticsError: when a count or the probability is out of range.
    """
    _check_counts(successes, trials)
    if not 0 <= probability <= 1:
        raise StatisticsError(f"probability: got {probability}, expected a value in [0, 1]")
    return float(binomtest(successes, trials, probability).pvalue)


@dataclass(frozen=True)
class ProportionDifference:
    """First proportion minus second, Newcombe's interval, and the pooled z test of no difference."""

    first: float
    second: float
    difference: float
    interval: Interval
    z: float | None
    p: float
    note: str = ""

    def to_dict(self) -> dict[str, object]:
        """Return all fields by name; z is None where both proportions are 0 or both 1."""
        return {
            "first": self.first,
            "second": self.second,
            "difference": self.difference,
            "interval": self.interval.to_dict(),
            "z": self.z,
            "p": self.p,
            "note": self.note,
        }


def two_proportions(
    first_successes: int, first_trials: int, second_successes: int, second_trials: int, confidence: float = 0.95
) -> ProportionDifference:
    """Return the difference of two independent proportions.

    The interval squares and adds the distances to the Wilson limits: lower = d - sqrt((p1 - l1)^2 + (u2 - p2)^2).
    Readings of the same readers or cases are not independent: then it is descriptive only.

    Source: R. G. Newcombe, Stat. Med. 17 (1998) 873, method 10.

    Raises:
        StatisticsError: when a count or the confidence is out of range.
    """
    one = wilson_interval(first_successes, first_trials, confidence)
    two = wilson_interval(second_successes, second_trials, confidence)
    p1, p2 = first_successes / first_trials, second_successes / second_trials
    difference = p1 - p2
    lower = difference - math.hypot(p1 - one.lower, two.upper - p2)
    upper = difference + math.hypot(one.upper - p1, p2 - two.lower)
    share = (first_successes + second_successes) / (first_trials + second_trials)
    error = math.sqrt(share * (1 - share) * (1 / first_trials + 1 / second_trials))
    z = difference / error if error else None
    p = 1.0 if z is None else 2 * t_tail(abs(z), math.inf)
    note = "" if error else "both proportions are the same certainty, so there is no z"
    return ProportionDifference(p1, p2, difference, Interval(lower, upper), z, p, note)


def _check_counts(successes: int, trials: int) -> None:
    if trials < 1 or not 0 <= successes <= trials:
        raise StatisticsError(f"got {successes} of {trials}, expected 0 to n of n, n at least 1")
