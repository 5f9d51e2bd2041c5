"""What the MRMC analyses return: estimates with their uncertainty, JSON-ready."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studies.statistics.intervals import Interval

LOGIT_ABOVE = 0.8


def finite(value: float | None) -> float | None:
    """Return the number, or None for infinity: JSON has none."""
    return value if value is None or math.isfinite(value) else None


@dataclass(frozen=True)
class ReaderEstimate:
    """One reader in one modality; the variance is over cases, None where it is not defined."""

    reader: str
    modality: str
    estimate: float
    variance: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return dict(vars(self))


@dataclass(frozen=True)
class UEstimate:
    """An estimate with its variance; `variance` is the unbiased one unless a note says otherwise.

    Attributes:
        df: by Gallas (BDG), real-valued; `df_hillis` by Hillis where every reader read every modality.
        interval_logit: on the logit scale, better above an AUC of about 0.8; None for a difference, at 0 and at 1.
        null: what p tests against; both None for a quantity without such a value.
        components: plug-in moments of negatives, positives and readers.
    """

    estimate: float
    variance: float
    standard_error: float
    df: float
    interval: Interval
    interval_logit: Interval | None
    null: float | None
    p: float | None
    variance_unbiased: float | None
    variance_plug_in: float
    components: Mapping[str, float]
    df_hillis: float | None
    negatives: int
    positives: int
    readers: int
    notes: tuple[str, ...] = ()

    @property
    def shown_interval(self) -> Interval:
        """The interval to print: on the logit scale above 0.8, where it covers better; else the plain one."""
        high = self.estimate > LOGIT_ABOVE and self.interval_logit is not None
        return self.interval_logit if high and self.interval_logit else self.interval

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name; infinite df are None."""
        return vars(self) | {
            "df_hillis": finite(self.df_hillis),
            "interval": self.interval.to_dict(),
            "interval_logit": self.interval_logit.to_dict() if self.interval_logit else None,
            "components": dict(self.components),
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class UStatistics:
    """Estimates of each modality and of each two modalities' difference (first minus second)."""

    endpoint: str
    random: str
    confidence: float
    modalities: Mapping[str, UEstimate]
    differences: Mapping[tuple[str, str], UEstimate]
    per_reader: tuple[ReaderEstimate, ...]
    notes: tuple[str, ...] = ()
    method: str = field(default="U-statistics (Gallas 2006), pair-weighted")

    @property
    def difference(self) -> UEstimate | None:
        """The difference of the only two modalities; None with one modality or more than two."""
        return next(iter(self.differences.values())) if len(self.differences) == 1 else None

    def to_dict(self) -> dict[str, Any]:
        """Return `modalities` by name, `difference`, all `differences` and the rest, JSON-ready."""
        return {
            "method": self.method,
            "endpoint": self.endpoint,
            "random": self.random,
            "confidence": self.confidence,
            "modalities": {name: found.to_dict() for name, found in self.modalities.items()},
            "difference": self.difference.to_dict() if self.difference else None,
            "differences": [
                {"first": first, "second": second} | found.to_dict()
                for (first, second), found in self.differences.items()
            ],
            "per_reader": [reader.to_dict() for reader in self.per_reader],
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class MeanEstimate:
    """A mean over readers, or a difference of two, with its t interval and the test against `null`."""

    estimate: float
    standard_error: float
    df: float
    interval: Interval
    null: float
    p: float

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name; infinite df (the normal) are None."""
        return vars(self) | {"df": finite(self.df), "interval": self.interval.to_dict()}


@dataclass(frozen=True)
class ObuchowskiRockette:
    """The analysis of mean squares and covariances; AUCs by reader and modality.

    Attributes:
        auc: reader to modality to AUC.
        single: each modality's mean from that modality alone.
        differences: each two modalities, first minus second.
        p_equal: of F, that all modalities are alike; `f`, `df1`, `df2` and it are None with one modality.
        components: `ms_t, ms_r, ms_tr, var, cov1, cov2, cov3`.
    """

    covariance: str
    random: str
    confidence: float
    auc: Mapping[str, Mapping[str, float]]
    single: Mapping[str, MeanEstimate]
    differences: Mapping[tuple[str, str], MeanEstimate]
    f: float | None
    df1: int | None
    df2: float | None
    p_equal: float | None
    components: Mapping[str, float]
    notes: tuple[str, ...] = ()
    method: str = field(default="Obuchowski-Rockette, Hillis degrees of freedom")

    @property
    def main(self) -> MeanEstimate:
        """The difference of the first two modalities; with one modality its mean."""
        return next(iter((self.differences or self.single).values()))

    def to_dict(self) -> dict[str, Any]:
        """Return all numbers by name, JSON-ready.

        `difference` (first modality minus second, None with one modality) has `standard_error`, `df2` and
        `interval`; `f`, `df1`, `df2` and `p` test that all modalities are alike. With one modality
        `standard_error`, `df2`, `interval` and `p` are those of its mean, tested against 0.5.
        """
        main = self.main
        return {
            "method": self.method,
            "covariance": self.covariance,
            "random": self.random,
            "confidence": self.confidence,
            "auc": {reader: dict(values) for reader, values in self.auc.items()},
            "modality_means": {name: found.estimate for name, found in self.single.items()},
            "modalities": {name: found.to_dict() for name, found in self.single.items()},
            "difference": main.estimate if self.differences else None,
            "standard_error": main.standard_error,
            "f": self.f,
            "df1": self.df1,
            "df2": finite(main.df),
            "p": self.p_equal if self.differences else main.p,
            "interval": main.interval.to_dict(),
            "components": dict(self.components),
            "differences": [
                {"first": first, "second": second} | found.to_dict()
                for (first, second), found in self.differences.items()
            ],
            "notes": list(self.notes),
        }
