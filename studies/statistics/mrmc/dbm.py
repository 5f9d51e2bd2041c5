"""Dorfman-Berbaum-Metz analysis of jackknife pseudovalues: the other road to the Obuchowski-Rockette test."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import fdtrc

from studies.statistics.errors import StatisticsError
from studies.statistics.mrmc.covariance import Floats, leave_one_out, satterthwaite
from studies.statistics.mrmc.obuchowski_rockette import with_all_cells
from studies.statistics.mrmc.pair_sums import pair_sums
from studies.statistics.mrmc.readings import readings_of


@dataclass(frozen=True)
class DorfmanBerbaumMetz:
    """F test that modalities are alike, with the mean squares of pseudovalues."""

    f: float | None
    df1: int
    df2: float
    p: float
    mean_squares: dict[str, float]
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Return all fields by name."""
        df2 = self.df2 if math.isfinite(self.df2) else None
        return vars(self) | {"df2": df2, "notes": list(self.notes), "mean_squares": dict(self.mean_squares)}


def dbm(frame: pd.DataFrame) -> DorfmanBerbaumMetz:
    """Return the DBM analysis with random readers and cases.

    Pseudovalue of case k: K A - (K - 1) A(-k), shifted to the mean A; then a modality x reader x case analysis of
    variance, F = MS(T) / (MS(TR) + max(MS(TC) - MS(TRC), 0)) with Hillis' df2. F, df2 and p equal those of
    `obuchowski_rockette` with the jackknife: MS(TR) is K times that of the AUCs, MS(TC) - MS(TRC) is K J
    (Cov2 - Cov3).

    Source: Dorfman, Berbaum and Metz, Invest. Radiol. 27 (1992) 723; Hillis, Obuchowski, Schartz and Berbaum,
    Stat. Med. 24 (2005) 1579 (equivalence); Hillis, Stat. Med. 26 (2007) 596 (df).

    Args:
        frame: one row per reading: `reader`, `case`, `modality`, `truth` (bool), `rating`; every reader read
            every case in every modality.

    Raises:
        StatisticsError: for a frame that `readings_of` refuses, missing readings, fewer than two modalities or
            readers, or a class of one case.
    """
    readings = with_all_cells(readings_of(frame))
    modalities, readers = len(readings.modalities), len(readings.readers)
    if not readings.complete:
        raise StatisticsError(
            "got missing readings, expected every reader, case and modality; u_statistics takes them"
        )
    if modalities < 2 or readers < 2:
        raise StatisticsError(f"got {modalities} modalities and {readers} readers, expected at least 2 of each")
    sums = pair_sums(readings)
    without = leave_one_out(sums)
    if not np.isfinite(without).all():
        raise StatisticsError("got a class with one case, expected at least two", column="truth")
    cases = without.shape[1]
    values = cases * sums.estimates[:, None] - (cases - 1) * without
    values += (sums.estimates - values.mean(axis=1))[:, None]
    squares = _mean_squares(values.reshape(modalities, readers, cases))
    more = max(squares["tc"] - squares["trc"], 0.0)
    denominator = squares["tr"] + more
    df1 = modalities - 1
    df2 = satterthwaite(squares["tr"], more, df1 * (readers - 1))
    if denominator == 0:
        return DorfmanBerbaumMetz(None, df1, df2, float(squares["t"] == 0), squares, readings.notes)
    f = squares["t"] / denominator
    return DorfmanBerbaumMetz(f, df1, df2, float(fdtrc(df1, df2, f)), squares, readings.notes)


def _mean_squares(values: Floats) -> dict[str, float]:
    """Return the mean squares of (I, J, K) values by the letters of their factors: t, r, c and combinations."""
    names = {"t": (0,), "r": (1,), "c": (2,), "tr": (0, 1), "tc": (0, 2), "rc": (1, 2), "trc": (0, 1, 2)}
    effects: dict[tuple[int, ...], Floats] = {(): values.mean(keepdims=True)}
    squares = {}
    for name, axes in names.items():
        others = tuple(axis for axis in range(3) if axis not in axes)
        mean = values.mean(axis=others, keepdims=True) if others else values
        effect = mean - sum((part for of, part in effects.items() if set(of) < set(axes)), np.zeros(()))
        effects[axes] = effect
        df = math.prod(values.shape[axis] - 1 for axis in axes)
        squares[name] = float((effect**2).sum() * values.size / effect.size / df)
    return squares
