"""Ratings as a file that iMRMC opens."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

MODALITY = "study"


def imrmc_lines(table: pd.DataFrame, *, title: str) -> Iterator[str]:
    """Yield the lines of an `.imrmc` file: counts, the truth of each case, then each rating.

    Source: iMRMC user manual, "input file" (DIDSR/iMRMC); checked against its example file.

    Args:
        table: one row per reading: `reader`, `case`, `truth` (bool), `rating` (number, missing ones are left out)
            and where there are several `modality`.
        title: first line of the front matter.

    Raises:
        ValueError: when no reading has a rating, or a name holds a comma or a line break.
    """
    rated = table[table["rating"].notna()]
    if rated.empty:
        raise ValueError("got no rating, expected at least one: iMRMC files hold ratings")
    for name in ("reader", "case"):
        wrong = [value for value in rated[name].astype(str).unique() if set(value) & set(",\r\n")]
        if wrong:
            raise ValueError(f"{name}: got {wrong[0]!r}, expected a name without comma and line break")
    cases = rated.groupby("case", sort=True)["truth"].first()
    modalities = rated["modality"].astype(str) if "modality" in rated else pd.Series(MODALITY, index=rated.index)
    yield f"{' '.join(title.split())}\n"
    yield f"N0: {int((~cases.astype(bool)).sum())}\n"
    yield f"N1: {int(cases.astype(bool).sum())}\n"
    yield f"NR: {rated['reader'].nunique()}\n"
    yield f"NM: {modalities.nunique()}\n"
    yield "BEGIN DATA:\n"
    for case, truth in cases.items():
        yield f"truth,{case},truth,{int(truth)}\n"
    ordered = rated.assign(modality=modalities).sort_values(["modality", "reader", "case"], kind="stable")
    for reader, case, modality, rating in ordered[["reader", "case", "modality", "rating"]].itertuples(
        index=False
    ):
        yield f"{reader},{case},{modality},{float(rating):.10g}\n"
