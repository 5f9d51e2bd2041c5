"""Power from a pilot's components: a grid of readers by cases, without simulation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
from scipy.stats import f as f_law
from scipy.stats import ncf

from studies.statistics.errors import StatisticsError
from studies.statistics.intervals import t_quantile, t_tail
from studies.statistics.mrmc.results import ObuchowskiRockette


@dataclass(frozen=True)
class PilotComponents:
    """Variance components of reader AUCs; the covariances are those of `cases` cases.

    Attributes:
        reader: variance between readers beyond case error, within a modality; `modality_reader`: of the
            modality-by-reader interaction.
        var: error variance of one AUC; `cov1`, `cov2`, `cov3` as in `mrmc.obuchowski_rockette`.
        cases: number of cases, both classes, that var and the covariances belong to.
    """

    reader: float
    modality_reader: float
    var: float
    cov1: float
    cov2: float
    cov3: float
    cases: int

    @classmethod
    def from_pilot(cls, result: ObuchowskiRockette, cases: int) -> PilotComponents:
        """Return the components of an analyzed pilot; a negative one counts as 0.

        E MS(TR) = modality_reader + var - cov1 - max(cov2 - cov3, 0); within one modality the variance of reader
        AUCs is reader + var - max(cov2, 0), averaged here over the modalities.

        Raises:
            StatisticsError: for fewer than two readers or cases.
        """
        readers = len(result.auc)
        if readers < 2 or cases < 2:
            raise StatisticsError(
                f"got a pilot of {readers} readers and {cases} cases, expected at least 2 of each"
            )
        parts = result.components
        shared = max(parts["cov2"] - parts["cov3"], 0.0)
        values = [[auc[name] for auc in result.auc.values()] for name in result.single]
        means = [math.fsum(row) / readers for row in values]
        spread = math.fsum(
            (value - mean) ** 2 for row, mean in zip(values, means, strict=True) for value in row
        ) / (len(values) * (readers - 1))
        return cls(
            reader=max(spread - parts["var"] + max(parts["cov2"], 0.0), 0.0),
            modality_reader=max(parts["ms_tr"] - parts["var"] + parts["cov1"] + shared, 0.0),
            var=parts["var"],
            cov1=parts["cov1"],
            cov2=parts["cov2"],
            cov3=parts["cov3"],
            cases=cases,
        )

    def for_cases(self, cases: int) -> PilotComponents:
        """Return the components with another number of cases: errors shrink as 1 / cases."""
        scale = self.cases / cases
        return replace(
            self,
            var=self.var * scale,
            cov1=self.cov1 * scale,
            cov2=self.cov2 * scale,
            cov3=self.cov3 * scale,
            cases=cases,
        )


def planned_power(
    pilot: PilotComponents,
    readers: int,
    cases: int,
    *,
    effect: float,
    modalities: int = 2,
    margin: float | None = None,
    confidence: float = 0.95,
) -> float:
    """Return the power with random readers and cases.

    With E the expected mean square and c the shared covariance (two modalities: E = modality_reader + var - cov1 -
    c, c = max(cov2 - cov3, 0), variance of the difference 2 (E + J c) / J; one: E = reader + var - c,
    c = max(cov2, 0), variance (E + J c) / J), df2 = (E + J c)^2 / (E^2 / (J - 1)) and power = P(F' > F critical)
    with 1 and df2 degrees of freedom and noncentrality effect^2 / variance. Equivalence: both one-sided t tests
    pass, approximated by shifted central t.

    Source: Hillis, Obuchowski and Berbaum, Acad. Radiol. 18 (2011) 129.

    Args:
        pilot: components.
        readers: number of readers J, at least 2.
        cases: number of cases, both classes together in the pilot's ratio, at least 2.
        effect: true difference of the AUCs, or of the AUC from 0.5 with one modality.
        modalities: 2 or 1.
        margin: of equivalence; without one the power is that of showing a difference.
        confidence: 1 less the level.

    Raises:
        StatisticsError: for a number out of range.
    """
    if readers < 2 or cases < 2 or modalities not in (1, 2):
        raise StatisticsError(
            f"got {readers} readers, {cases} cases, {modalities} modalities, expected 2 or more, 2 or more, 1 or 2"
        )
    parts = pilot.for_cases(cases)
    if modalities == 2:
        shared = max(parts.cov2 - parts.cov3, 0.0)
        square = max(parts.modality_reader + parts.var - parts.cov1 - shared, 0.0)
    else:
        shared = max(parts.cov2, 0.0)
        square = max(parts.reader + parts.var - shared, 0.0)
    whole = square + readers * shared
    if whole <= 0:
        raise StatisticsError("got components without any variance, expected one above 0")
    df = whole**2 / (square**2 / (readers - 1)) if square > 0 else 1e6
    error = math.sqrt(modalities * whole / readers)
    if margin is not None:
        critical = t_quantile(confidence, df)
        above = t_tail(critical - (margin - effect) / error, df)
        below = t_tail(critical - (margin + effect) / error, df)
        return max(0.0, above + below - 1)
    critical = float(f_law.isf(1 - confidence, 1, df))
    return float(ncf.sf(critical, 1, df, (effect / error) ** 2)) if effect else 1 - confidence


def power_grid(
    pilot: PilotComponents,
    readers: Sequence[int],
    cases: Sequence[int],
    *,
    effect: float,
    modalities: int = 2,
    margin: float | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return `planned_power` for each number of readers (rows) and of cases (columns)."""
    return pd.DataFrame(
        [
            [
                planned_power(
                    pilot,
                    number,
                    count,
                    effect=effect,
                    modalities=modalities,
                    margin=margin,
                    confidence=confidence,
                )
                for count in cases
            ]
            for number in readers
        ],
        index=pd.Index(readers, name="readers"),
        columns=pd.Index(cases, name="cases"),
    )
