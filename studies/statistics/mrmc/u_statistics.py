"""One-shot MRMC estimates by U-statistics: any design, random readers and cases."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from studies.statistics.checks import require_confidence
from studies.statistics.errors import StatisticsError
from studies.statistics.intervals import estimate_interval, logit_interval, two_sided_p
from studies.statistics.mrmc.covariance import hillis_df
from studies.statistics.mrmc.moments import (
    FACTORS,
    CellMoments,
    Floats,
    Random,
    Spread,
    case_covariance,
    cell_moments,
    spread,
)
from studies.statistics.mrmc.pair_sums import Endpoint, PairSums, pair_sums
from studies.statistics.mrmc.readings import Readings, readings_of
from studies.statistics.mrmc.results import ReaderEstimate, UEstimate, UStatistics

RANDOM = ("both", "readers", "cases")
NULL = {"auc": 0.5, "balanced_accuracy": 0.5, "accuracy": 0.5}
SCALE = 1e-13


def u_statistics(
    frame: pd.DataFrame,
    *,
    endpoint: Endpoint = "auc",
    threshold: float | None = None,
    random: Random = "both",
    confidence: float = 0.95,
) -> UStatistics:
    """Return estimate, unbiased variance, df and interval of each modality and of the differences.

    Readers need not have read the same cases, nor both modalities: missing readings leave sums and numbers alike.
    The estimate is pair-weighted, A = sum of the kernel over all pairs read / number of pairs read. Its variance
    is that of `moments.spread`; df = var^2 / sum_k (component_k^2 / df_k^3), not below the least df_k, with df_k
    = number of negatives, positives, readers less one. `interval` is estimate -+ t(df) se, as iMRMC's;
    `interval_logit` covers better near 1. The df are real numbers (iMRMC rounds them down). Where the
    unbiased variance is not above 0, or not defined, the plug-in variance takes its place, with a note. With one
    reader only cases can be random; that is noted too.

    Source: Gallas, Acad. Radiol. 13 (2006) 353; Gallas, Pennello and Myers, J. Opt. Soc. Am. A 24 (2007) B70;
    Gallas et al., Commun. Stat. A 38 (2009) 2586 (degrees of freedom); Obuchowski, Gallas and Hillis, Acad.
    Radiol. 19 (2012) 1508 (split-plot).

    Args:
        frame: one row per reading: `reader`, `case`, `modality`, `truth` (bool), `rating`.
        endpoint: "auc"; or of calls "tpf" (recall), "tnf" (specificity), "accuracy", "balanced_accuracy".
        threshold: ratings above it are calls; not needed for ratings of 0 and 1.
        random: what another study would draw anew: "both" readers and cases, or one of them.
        confidence: of the intervals, in (0, 1).

    Raises:
        StatisticsError: for a frame that `readings_of` refuses, an unknown endpoint or effect, or a modality in
            which nobody read both classes.
    """
    return u_statistics_of(
        readings_of(frame), endpoint=endpoint, threshold=threshold, random=random, confidence=confidence
    )


def u_statistics_of(
    readings: Readings,
    *,
    endpoint: Endpoint = "auc",
    threshold: float | None = None,
    random: Random = "both",
    confidence: float = 0.95,
) -> UStatistics:
    """Return `u_statistics` of readings that are already checked.

    Raises:
        StatisticsError: as in `u_statistics`.
    """
    require_confidence(confidence)
    if random not in RANDOM:
        raise StatisticsError(f"random: got {random!r}, expected one of {', '.join(RANDOM)}")
    sums = pair_sums(readings, endpoint, threshold=threshold)
    study = _Study(readings, sums, cell_moments(sums), endpoint, random, confidence)
    study.check()
    numbers = range(len(readings.modalities))
    modalities = {readings.modalities[i]: study.modality(i) for i in numbers}
    differences = {(readings.modalities[a], readings.modalities[b]): study.difference(a, b)
                   for a, b in combinations(numbers, 2)}  # fmt: skip
    return UStatistics(
        endpoint, random, confidence, modalities, differences, tuple(study.reader_estimates()), readings.notes
    )


@dataclass(frozen=True, eq=False)
class _Study:
    """What all estimates of one study are made of."""

    readings: Readings
    sums: PairSums
    moments: CellMoments
    endpoint: Endpoint
    random: Random
    confidence: float

    def check(self) -> None:
        """Refuse a modality without a pair."""
        for number, name in enumerate(self.readings.modalities):
            if not self.sums.pairs[self.readings.modality_of == number].any():
                raise StatisticsError(
                    f"modality {name}: got no reader who read both classes, expected at least one", column="truth"
                )

    def modality(self, number: int) -> UEstimate:
        """Return the estimate of one modality."""
        found = self._spread(number, number, self._effect([number]))
        return self._estimate(self._value(number), found, [number], NULL.get(self.endpoint))

    def difference(self, first: int, second: int) -> UEstimate:
        """Return the first modality's estimate minus the second's."""
        effect = self._effect([first, second])
        one, two = (self._spread(number, number, effect) for number in (first, second))
        found = one + two + self._spread(first, second, effect).scaled(-2)
        return self._estimate(self._value(first) - self._value(second), found, [first, second], 0.0)

    def reader_estimates(self) -> Iterator[ReaderEstimate]:
        """Yield each cell's estimate and one-reader variance."""
        variances, estimates = np.diag(case_covariance(self.moments)), self.sums.estimates
        for cell in np.flatnonzero(self.sums.pairs > 0):
            reader = self.readings.readers[self.readings.reader_of[cell]]
            modality = self.readings.modalities[self.readings.modality_of[cell]]
            variance = float(variances[cell]) if math.isfinite(variances[cell]) else None
            yield ReaderEstimate(reader, modality, float(estimates[cell]), variance)

    def _value(self, number: int) -> float:
        inside = self.readings.modality_of == number
        return float(self.sums.totals[inside].sum() / self.sums.pairs[inside].sum())

    def _effect(self, modalities: list[int]) -> Random:
        """Return what is random; one reader alone can't be."""
        return self.random if self._counts(modalities)[2] > 1 else "cases"

    def _counts(self, modalities: list[int]) -> tuple[int, int, int]:
        """Return the numbers of negatives, positives and readers that have a part in these modalities."""
        inside = np.isin(self.readings.modality_of, modalities) & (self.sums.pairs > 0)
        negatives = int(self.sums.has_negative[inside].any(axis=0).sum())
        positives = int(self.sums.has_positive[inside].any(axis=0).sum())
        return negatives, positives, len(set(self.readings.reader_of[inside]))

    def _spread(self, first: int, second: int, effect: Random) -> Spread:
        return spread(self.moments, self.readings, first, second, random=effect)

    def _estimate(self, value: float, found: Spread, modalities: list[int], null: float | None) -> UEstimate:
        counts = self._counts(modalities)
        effect = self._effect(modalities)
        variance, notes = _variance(found)
        if effect != self.random:
            notes.append("one reader only: cases are random, the reader is not")
        df = _bdg_df(variance, found.components, counts, effect)
        error = math.sqrt(variance)
        if variance == 0:
            notes.append("no variation between readings: the interval is a point")
        return UEstimate(
            estimate=value,
            variance=variance,
            standard_error=error,
            df=df,
            interval=estimate_interval(value, error, df, self.confidence),
            interval_logit=logit_interval(value, error, df, self.confidence) if len(modalities) == 1 else None,
            null=null,
            p=None if null is None else two_sided_p(value - null, error, df),
            variance_unbiased=found.unbiased if math.isfinite(found.unbiased) else None,
            variance_plug_in=found.plug_in,
            components=dict(zip(FACTORS, map(float, found.components), strict=True)),
            df_hillis=hillis_df(self.readings, self.sums, case_covariance(self.moments), modalities)
            if effect == "both"
            else None,
            negatives=counts[0],
            positives=counts[1],
            readers=counts[2],
            notes=tuple(notes),
        )


def _variance(found: Spread) -> tuple[float, list[str]]:
    """Return the unbiased variance, or the plug-in one where that is of no use, with the reason."""
    if math.isfinite(found.unbiased) and found.unbiased > SCALE:
        return found.unbiased, []
    plug_in = found.plug_in if found.plug_in > SCALE else 0.0
    if not math.isfinite(found.unbiased):
        return plug_in, ["too few readers or cases for the unbiased variance: the plug-in variance is given"]
    if plug_in or found.unbiased < -SCALE:
        return plug_in, [
            f"the unbiased variance is {found.unbiased:.3g}, not above 0: the plug-in variance is given"
        ]
    return 0.0, []


def _bdg_df(variance: float, components: Floats, counts: tuple[int, int, int], effect: Random) -> float:
    """Return Satterthwaite's df over the factors that are random."""
    random = {"both": (0, 1, 2), "cases": (0, 1), "readers": (2,)}[effect]
    dfs = np.maximum(np.array(counts, dtype=np.float64)[list(random)] - 1, 1)
    weight = float(np.sum(components[list(random)] ** 2 / dfs**3))
    least = float(dfs.min())
    return max(least, variance**2 / weight) if weight > 0 else least
