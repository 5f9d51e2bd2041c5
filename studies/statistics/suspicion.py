"""How often readers called an image suspicious: the paper's check that generated pictures read like real ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from studies.statistics.confusion import Measure
from studies.statistics.intervals import wilson_interval

SUSPICIOUS = ("4", "5")


@dataclass(frozen=True)
class Suspicion:
    """Share of readings with BI-RADS 4 or 5, by truth; intervals ignore clustering."""

    synthetic: Measure
    real: Measure

    def to_dict(self) -> dict[str, Any]:
        """Return both shares."""
        return {"synthetic": self.synthetic.to_dict(), "real": self.real.to_dict()}


def suspicion(frame: pd.DataFrame, *, confidence: float = 0.95) -> Suspicion | None:
    """Return the shares of suspicious readings, or None when no BI-RADS category was given.

    Source: MAMBO, section 4.2 (22.9 % of synthetic against 28.6 % of original).

    Args:
        frame: one row per reading with `truth` (bool, true for synthetic) and `birads` (text or missing).
        confidence: of the Wilson intervals.
    """
    if "birads" not in frame or frame["birads"].isna().all():
        return None
    rated = frame[frame["birads"].notna()]

    def share(rows: pd.DataFrame) -> Measure:
        if rows.empty:
            return Measure(None, None)
        hits = int(rows["birads"].astype(str).isin(SUSPICIOUS).sum())
        return Measure(hits / len(rows), wilson_interval(hits, len(rows), confidence))

    is_synthetic = rated["truth"].to_numpy(bool)
    return Suspicion(synthetic=share(rated[is_synthetic]), real=share(rated[~is_synthetic]))
