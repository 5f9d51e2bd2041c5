"""The published five readers by eighty cases, and small made-up studies."""

from __future__ import annotations

import csv
import hashlib
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="session")
def published(shared_data) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Readings and results of iMRMC (CC0, DIDSR/iMRMC): 5 readers, 2 modalities, 40 + 40 cases."""
    folder = shared_data / "readers" / "iMRMC"
    with (shared_data / "MANIFEST.csv").open(newline="") as file:
        known = {row["path"]: row["sha256"] for row in csv.DictReader(file)}
    for name in ("input.csv", "input.published.json"):
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == known[f"readers/iMRMC/{name}"]
    frame = pd.read_csv(folder / "input.csv").rename(columns={"treatment": "modality"})
    frame["truth"] = frame["truth"].astype(bool)
    return frame, json.loads((folder / "input.published.json").read_text())


def made_up(
    seed: int, *, readers: int = 4, negatives: int = 7, positives: int = 6, share: float = 1.0
) -> pd.DataFrame:
    """Return a study of two modalities with rounded ratings (ties) of which a share was read."""
    rng = np.random.default_rng(seed)
    cases = [(f"n{i}", False) for i in range(negatives)] + [(f"p{i}", True) for i in range(positives)]
    base = {case: rng.normal(float(truth)) for case, truth in cases}
    rows = [
        {
            "reader": f"r{reader}",
            "case": case,
            "modality": modality,
            "truth": truth,
            "rating": round(float(base[case] + rng.normal())),
        }
        for reader in range(readers)
        for modality in ("A", "B")
        for case, truth in cases
        if rng.random() < share
    ]
    return pd.DataFrame(rows)


@pytest.fixture(scope="session")
def study():
    """Make a small study: `study(seed, readers=4, negatives=7, positives=6, share=1.0)`."""
    return made_up
