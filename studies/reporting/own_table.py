"""Somebody's own table of readings, brought into the shape that a report starts from."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from studies.reporting.table import COLUMNS, NEEDED
from studies.statistics.checks import numbers, require_one_truth, require_present, require_unique, shown_value
from studies.statistics.errors import StatisticsError

ROWS_MOST = 200_000
LEVELS_MOST = 20
MAPPABLE = COLUMNS
MEANINGS = {
    "reader": "who read",
    "case": "which image",
    "truth": "what the image is",
    "answer": "what the reader said; or give a threshold for the rating",
    "rating": "a number that rises with suspicion, such as signed confidence",
    "modality": "where the same images were read in several ways",
    "birads": "category read",
    "density": "density read",
    "requested": "category that a generated image was asked for",
    "order": "place in the reader's order",
    "seconds": "time of the reading, s",
    "group": "group of the reader",
}
_KNOWN = {
    "reader": ("reader", "readerid", "reader_code", "reader_id", "rater", "observer", "radiologist", "who"),
    "case": ("case", "caseid", "case_code", "case_id", "image", "image_id", "picture"),
    "truth": ("truth", "is_synthetic", "label", "reference", "gold"),
    "answer": ("answer", "call", "decision", "said"),
    "rating": ("rating", "score", "signed_rating", "confidence_signed"),
    "modality": ("modality", "treatment", "modalityid", "modality_id"),
    "birads": ("birads", "bi-rads", "bi_rads"),
    "density": ("density",),
    "requested": ("requested", "requested_birads"),
    "order": ("order", "trial_index", "trial", "index"),
    "seconds": ("seconds", "time_s", "rt_s"),
    "group": ("group", "experience"),
}
_TRUE = ("1", "1.0", "true", "yes", "positive", "synthetic", "generated", "fake", "abnormal", "diseased")
_FALSE = ("0", "0.0", "false", "no", "negative", "real", "original", "authentic", "normal", "healthy")


@dataclass(frozen=True)
class OwnTable:
    """A checked table with what was understood of it, in words; `levels` of signed confidence where it is one."""

    table: pd.DataFrame
    understood: tuple[str, ...]
    levels: int | None


def read_rows(text: str) -> pd.DataFrame:
    """Return the rows of a CSV file as text; blank cells are missing, the index is the line in the file.

    Raises:
        StatisticsError: when there is no header, a name comes twice, a line has another number of cells, or there
            are too many lines.
    """
    sample = text[:4096].split("\n", 1)[0]
    delimiter = max(",;\t", key=sample.count)
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter)
    header = [name.strip() for name in next(reader, [])]
    if len(header) < 2 or not all(header):
        raise StatisticsError(f"line 1: got {len(header)} column names, expected at least 2, none of them blank")
    double = sorted({name for name in header if header.count(name) > 1})
    if double:
        raise StatisticsError(f"line 1: got the column {double[0]} twice, expected each once", column=double[0])
    lines, rows = [], []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise StatisticsError(
                f"line {reader.line_num}: got {len(cells)} cells, expected {len(header)}", rows=[reader.line_num]
            )
        lines.append(reader.line_num)
        rows.append([cell.strip() or None for cell in cells])
        if len(rows) > ROWS_MOST:
            raise StatisticsError(f"got more than {ROWS_MOST:,} readings, expected at most that many")
    if not rows:
        raise StatisticsError("got a header and no reading, expected at least one")
    return pd.DataFrame(rows, columns=header, index=pd.Index(lines, name="line"), dtype=object)


def guessed_mapping(columns: Sequence[str]) -> dict[str, str]:
    """Return the columns that can be told by their names, as our name to the table's."""
    lower = {name.lower().strip(): name for name in columns}
    found: dict[str, str] = {}
    for ours, names in _KNOWN.items():
        hit = next((lower[name] for name in names if name in lower), None)
        if hit is not None and hit not in found.values():
            found[ours] = hit
    return found


def own_table(
    rows: pd.DataFrame,
    mapping: Mapping[str, str],
    *,
    positive: str | None = None,
    threshold: float | None = None,
) -> OwnTable:
    """Return the readings under our names, checked; row numbers in errors are lines of the file.

    Args:
        rows: from `read_rows`.
        mapping: our name (of `MAPPABLE`) to a column of the table.
        positive: the value of truth and answer that counts as a hit; guessed where the values are plain.
        threshold: without an answer, ratings above it count as one; 0 where the ratings are signed.

    Raises:
        StatisticsError: naming columns and lines: an unknown column, a missing or unreadable value, a case with
            two truths, or the same reading twice.
    """
    _check_mapping(rows, mapping)
    words = []
    truth, positive_word, other = _classes(rows, mapping["truth"], positive)
    words.append(f"“{positive_word}” is the class to be found, “{other}” the other")
    table = pd.DataFrame({name: rows[mapping[name]].astype(object) for name in MAPPABLE if name in mapping})
    table["truth"] = truth
    for name in ("reader", "case", *(["modality"] if "modality" in table else [])):
        require_present(table, name)
    for name in ("rating", "order", "seconds"):
        if name in table:
            table[name] = _numbers(table, name, mapping[name])
    if "answer" in mapping:
        table["answer"] = _answers(rows, mapping["answer"], positive_word, other)
    else:
        cut = _threshold(table, threshold)
        require_present(table, "rating")
        table["answer"] = table["rating"] > cut
        words.append(f"no answer was given: a rating above {cut:g} counts as “{positive_word}”")
    keys = ["reader", "case", *(["modality"] if "modality" in table else [])]
    require_unique(table, [*keys, *(["order"] if "order" in table else [])])
    require_one_truth(table)
    words.append(
        f"{len(table)} readings of {table['case'].nunique()} cases by {table['reader'].nunique()} readers"
    )
    left = [name for name in rows.columns if name not in mapping.values()]
    if left:
        words.append(f"not used: {', '.join(left)}")
    return OwnTable(table, tuple(words), _levels(table))


def class_words(rows: pd.DataFrame, column: str, positive: str | None = None) -> tuple[str, str]:
    """Return the names of the two classes, the one to be found first.

    Raises:
        StatisticsError: when the column has other than two values, or the positive one is not among them.
    """
    return _classes(rows, column, positive)[1:]


def _check_mapping(rows: pd.DataFrame, mapping: Mapping[str, str]) -> None:
    unknown = sorted(set(mapping) - set(MAPPABLE))
    if unknown:
        raise StatisticsError(
            f"mapping: got {unknown[0]}, expected names of {', '.join(MAPPABLE)}", column=unknown[0]
        )
    for ours, theirs in mapping.items():
        if theirs not in rows.columns:
            listed = ", ".join(map(str, rows.columns))
            raise StatisticsError(f"{ours}: got the column {theirs!r}, expected one of {listed}", column=ours)
    missing = [name for name in NEEDED if name not in mapping and not (name == "answer" and "rating" in mapping)]
    if missing:
        listed = ", ".join(map(str, rows.columns))
        raise StatisticsError(
            f"columns: got {listed}; expected also one for {', '.join(missing)} ({MEANINGS[missing[0]]})",
            column=missing[0],
        )


def _classes(rows: pd.DataFrame, column: str, positive: str | None) -> tuple[pd.Series[bool], str, str]:
    require_present(rows, column)
    values = rows[column].astype(str)
    names = sorted(values.unique())
    if len(names) != 2:
        shown = ", ".join(names[:5]) + (" and more" if len(names) > 5 else "")
        raise StatisticsError(f"{column}: got the values {shown}, expected exactly two classes", column=column)
    if positive is None:
        guesses = [name for name in names if name.lower() in _TRUE]
        if len(guesses) != 1:
            raise StatisticsError(
                f"{column}: got {names[0]} and {names[1]}; say which one is to be found", column=column
            )
        positive = guesses[0]
    if positive not in names:
        raise StatisticsError(f"positive: got {positive!r}, expected {names[0]} or {names[1]}", column=column)
    return values == positive, positive, next(name for name in names if name != positive)


def _answers(rows: pd.DataFrame, column: str, positive: str, other: str) -> pd.Series[bool]:
    """Return answers as booleans; they may use the truth's words or plain ones such as 1 and 0."""
    require_present(rows, column)
    values = rows[column].astype(str)
    if set(values) <= {positive, other}:
        return values == positive
    lower = values.str.lower()
    wrong = rows.index[~lower.isin([*_TRUE, *_FALSE])]
    if len(wrong):
        raise StatisticsError(
            f"{column}, rows {', '.join(map(str, wrong[:5]))}: got {shown_value(values[wrong[0]])}, expected "
            f"{positive} "
            f"or {other}",
            column=column,
            rows=list(wrong),
        )
    return lower.isin(_TRUE)


def _numbers(table: pd.DataFrame, name: str, column: str) -> pd.Series[float]:
    try:
        return pd.Series(numbers(table, name), index=table.index)
    except StatisticsError as error:
        text = error.message.replace(name, column, 1)
        raise StatisticsError(text, column=column, rows=error.rows) from error


def _threshold(table: pd.DataFrame, threshold: float | None) -> float:
    if threshold is not None:
        return threshold
    rating = table["rating"]
    if rating.min() < 0 < rating.max():
        return 0.0
    raise StatisticsError(
        "answer: no column was named; name one, or give the threshold above which a rating counts as an answer",
        column="answer",
    )


def _levels(table: pd.DataFrame) -> int | None:
    """Return the steps of a signed confidence, or None where the rating is something else."""
    if "rating" not in table or table["rating"].isna().all():
        return None
    rating = table["rating"].dropna().to_numpy(np.float64)
    whole = bool((rating == np.round(rating)).all()) and bool((rating != 0).all())
    most = int(np.abs(rating).max())
    return most if whole and rating.min() < 0 < rating.max() and most <= LEVELS_MOST else None
