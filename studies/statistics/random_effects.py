"""Overall with readers and cases random: the third way, which counts both kinds of clustering."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from studies.statistics.checks import booleans, numbers, require_columns
from studies.statistics.equivalence import EquivalenceTest, tost
from studies.statistics.errors import StatisticsError
from studies.statistics.mrmc.pair_sums import Endpoint
from studies.statistics.mrmc.results import UEstimate
from studies.statistics.mrmc.u_statistics import u_statistics

MEASURES: dict[str, Endpoint] = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced_accuracy",
    "recall": "tpf",
    "specificity": "tnf",
}
METHOD = "U-statistics (Gallas 2006), random readers and cases, pair-weighted"


@dataclass(frozen=True)
class RandomEffects:
    """Estimates by measure ("auc" too where readings were rated), and the verdict on balanced accuracy."""

    estimates: dict[str, UEstimate]
    verdict: EquivalenceTest
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name, with the method's name."""
        return {
            "method": METHOD,
            "estimates": {name: found.to_dict() for name, found in self.estimates.items()},
            "verdict": self.verdict.to_dict(),
            "notes": list(self.notes),
        }


def random_effects(frame: pd.DataFrame, *, margin: float, confidence: float = 0.95) -> RandomEffects:
    """Return accuracy, balanced accuracy, recall, specificity and AUC with readers and cases random.

    Of several readings of one case by one reader the first counts, with a note. Balanced accuracy is the AUC of
    the answers themselves; its test against 0.5 gives the verdict.

    Args:
        frame: one row per reading: `reader`, `case`, `truth` (bool), `answer` (bool, true for positive) and
            where asked `rating` (rises with suspicion, blank where missing).
        margin: of equivalence about 0.5.
        confidence: of the intervals, in (0.5, 1).

    Raises:
        StatisticsError: for a missing column or blank cell, or when nobody read both classes.
    """
    require_columns(frame, ("reader", "case", "truth", "answer"))
    table = frame[["reader", "case"]].assign(
        modality="all", truth=booleans(frame, "truth"), rating=booleans(frame, "answer").astype(float)
    )
    first = ~table.duplicated(["reader", "case"]).to_numpy(bool)
    repeated = int((~first).sum())
    notes = (
        [f"{repeated} repeated readings left out: the first of each reader and case counts"] if repeated else []
    )
    estimates = {
        name: u_statistics(table[first], endpoint=endpoint, confidence=confidence).modalities["all"]
        for name, endpoint in MEASURES.items()
    }
    if "rating" in frame and frame["rating"].notna().any():
        rated = table[first].assign(rating=numbers(frame, "rating")[first])
        try:
            estimates["auc"] = u_statistics(rated, confidence=confidence).modalities["all"]
        except StatisticsError as error:
            notes.append(f"no AUC: {error.message}")
    main = estimates["balanced_accuracy"]
    verdict = tost(main.estimate, main.standard_error, main.df, margin=margin, confidence=confidence)
    return RandomEffects(estimates, verdict, tuple(notes))
