"""A simulated study with everything a report can show."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from studies.reporting.build import full_report
from studies.reporting.plan import AnalysisPlan
from studies.statistics.power import RoeMetz, Variances, simulated_frame

PARTS = Variances(0.011, 0.3, 0.2)


def simulated(readers: int = 3, cases: int = 24, mean: float = 0.75, seed: int = 0) -> pd.DataFrame:
    """Return readings of one modality: signed confidence of three steps, categories, order and times."""
    model = RoeMetz({"A": mean, "B": mean}, PARTS, PARTS)
    rng = np.random.default_rng(seed)
    frame = simulated_frame(model, readers, cases // 2, cases // 2, rng=rng)
    frame = frame[frame["modality"] == "A"].drop(columns="modality").reset_index(drop=True)
    said = frame["rating"] > mean / 2
    return frame.assign(
        answer=said,
        rating=np.where(said, 1, -1) * rng.integers(1, 4, len(frame)),
        birads=rng.integers(1, 6, len(frame)).astype(str),
        requested=np.where(frame["truth"], "4", None),
        order=frame.groupby("reader").cumcount() + 1,
        seconds=rng.gamma(4.0, 5.0, len(frame)),
    )


@pytest.fixture(scope="session")
def table():
    """Make a simulated table of readings: `table(readers=3, cases=24, mean=0.75, seed=0)`."""
    return simulated


@pytest.fixture(scope="session")
def plan():
    return AnalysisPlan(levels=3, draws=100)


@pytest.fixture(scope="session")
def report(plan):
    return full_report(simulated(), plan, code_version="1.0")
