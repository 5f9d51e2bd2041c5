"""The table of readings that a report starts from: named columns, one hash."""

from __future__ import annotations

import hashlib

import pandas as pd

TEST = "test"
NEEDED = ("reader", "case", "truth", "answer")
OPTIONAL = (
    "rating",
    "modality",
    "birads",
    "density",
    "requested",
    "order",
    "seconds",
    "group",
)
COLUMNS = (*NEEDED, *OPTIONAL)


def readings_table(frame: pd.DataFrame, *, positive: str = "synthetic") -> pd.DataFrame:
    """Return a study's unblinded readings under the names of the statistics.

    Args:
        frame: `studies.selectors.frames.unblinded_frame`: `reader_code`, `case_code`, `truth`, `answer` and the
            rest of its columns. Readings of other phases than the test, such as training, and ones
            without an answer are left out. Conditions of a crossover are its modalities.
        positive: the class that counts as a hit.
    """
    frame = frame[(frame["phase"] == TEST) & frame["answer"].notna()]
    # The category asked for is a generated picture's; an original's is its label, another matter.
    is_positive = frame["truth"] == positive
    table = pd.DataFrame(
        {
            "reader": frame["reader_code"].astype(str),
            "case": frame["case_code"].astype(str),
            "truth": is_positive,
            "answer": frame["answer"] == positive,
            "rating": frame["signed_rating"],
            "birads": _words(frame["birads"]),
            "density": _words(frame["density"]),
            "requested": _words(frame["requested_birads"]).where(is_positive),
            "order": frame["trial_index"],
            "seconds": frame["rt_active_ms"] / 1000,
        }
    )
    for name, column in (("group", "group"), ("modality", "condition")):
        known = _words(frame[column])
        if known.notna().any():
            table[name] = known
    return table.reset_index(drop=True)


def table_hash(table: pd.DataFrame) -> str:
    """Return the SHA-256 of the readings, whatever their order in the table, in hexadecimal."""
    columns = [name for name in COLUMNS if name in table]
    text = table[columns].astype(object).where(table[columns].notna(), "").astype(str)
    lines = sorted("\x1f".join(row) for row in text.itertuples(index=False))
    return hashlib.sha256("\n".join([",".join(columns), *lines]).encode()).hexdigest()


def first_readings(table: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the first reading of each reader, case and modality, and the number of repeats left out."""
    keys = ["reader", "case", *(["modality"] if "modality" in table else [])]
    ordered = table.sort_values("order", kind="stable") if "order" in table else table
    again = ordered.duplicated(keys)
    return ordered[~again].sort_index(kind="stable"), int(again.sum())


def _words(values: pd.Series[str]) -> pd.Series[str]:
    """Return labels as text; blank ones are missing."""
    return values.where(values.notna() & (values.astype(str) != ""))
