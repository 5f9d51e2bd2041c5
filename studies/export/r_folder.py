"""A folder for R: the readings, our tables, and a script that computes them again and goes on from there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

import pandas as pd

from studies.export.imrmc import MODALITY, imrmc_lines
from studies.export.long_csv import csv_lines
from studies.export.r_script import r_script
from studies.export.rjafroc import rjafroc_workbook
from studies.statistics.confusion import count, pooled, summarize_counts
from studies.statistics.errors import StatisticsError
from studies.statistics.intervals import t_interval
from studies.statistics.mrmc import obuchowski_rockette

MEASURES = ("precision", "recall", "specificity", "f1", "accuracy")
TABLE = ("reader", "tp", "fp", "fn", "tn", *MEASURES, "accuracy_lower", "accuracy_upper")
READINGS = ("reader", "case", "modality", "truth", "answer", "rating")
OVERALL = "Overall"

OVERALL_TABLE = ("modality", "method", "measure", "estimate", "lower", "upper")

README = """# {title}

`Rscript analysis.R` in this folder computes `table.csv` and `overall.csv`, which the site made, from
`readings.csv` with R alone: no package is needed. It stops when a number differs by more than 1e-9. It then runs
iMRMC, RJafroc and MRMCaov where they are installed, and says which are not.

| file | content |
| --- | --- |
| readings.csv | one row per reading; truth and answer: 1 synthetic, 0 real; rating: signed confidence |
| table.csv | counts and measures by reader, Wilson intervals of accuracy at {level:g} |
| overall.csv | Overall with readers as the sample (t), and with readers and cases (Obuchowski-Rockette) |
| study.imrmc | for iMRMC |
| rjafroc.xlsx | for RJafroc; only where every reader rated every case |
"""


def r_folder(table: pd.DataFrame, *, title: str, confidence: float = 0.95) -> dict[str, bytes]:
    """Return the files by name.

    Args:
        table: one row per reading: `reader`, `case`, `truth` (bool), `answer` (bool), and where known `rating` and
            `modality`.
        title: of the study.
        confidence: of the intervals.
    """
    full = table.assign(
        modality=table["modality"].astype(str) if "modality" in table else MODALITY,
        rating=table.get("rating"),
    )
    rows = full.assign(truth=full["truth"].astype(int), answer=full["answer"].astype(int))[list(READINGS)]
    files = {
        "README.md": README.format(title=title, level=confidence).encode(),
        "analysis.R": r_script(confidence).encode(),
        "readings.csv": _csv(
            READINGS, list(rows.astype(object).where(rows.notna(), None).itertuples(index=False))
        ),
        "table.csv": _csv(TABLE, _table(full, confidence)),
        "overall.csv": _csv(OVERALL_TABLE, list(_overall(full, confidence))),
    }
    if full["rating"].notna().any():
        files["study.imrmc"] = "".join(imrmc_lines(full, title=title)).encode()
        with suppress(ValueError):  # not every reader rated every case: the README says so
            files["rjafroc.xlsx"] = rjafroc_workbook(full)
    return files


def _table(full: pd.DataFrame, confidence: float) -> list[Sequence[object]]:
    tables = {
        str(reader): count(rows["truth"].to_numpy(bool), rows["answer"].to_numpy(bool))
        for reader, rows in full.groupby("reader", sort=True)
    }
    body: list[Sequence[object]] = []
    for reader, counts in [*tables.items(), (OVERALL, pooled(tables.values()))]:
        found = summarize_counts(counts, confidence=confidence)
        limits = found.accuracy.interval
        values = [getattr(found, name).value for name in MEASURES]
        ends = [limits.lower, limits.upper] if limits else [None, None]
        body.append([reader, counts.tp, counts.fp, counts.fn, counts.tn, *values, *ends])
    return body


def _overall(full: pd.DataFrame, confidence: float) -> Iterator[Sequence[object]]:
    """Yield Overall of each modality by each method that its readings allow."""
    for modality, rows in full.groupby("modality", sort=True):
        counts = [
            count(own["truth"].to_numpy(bool), own["answer"].to_numpy(bool)) for _, own in rows.groupby("reader")
        ]
        for measure in ("accuracy", "balanced_accuracy"):
            known = [value for one in counts if (value := getattr(one, measure)) is not None]
            if len(known) > 1:
                mean = t_interval(known, confidence)
                yield modality, "readers", measure, mean.mean, mean.interval.lower, mean.interval.upper
        calls = rows.assign(rating=rows["answer"].astype(float))
        for measure, table in (("balanced_accuracy", calls), ("auc", rows[rows["rating"].notna()])):
            with suppress(StatisticsError):  # one reader, one class or one case: no such row
                found = obuchowski_rockette(table, confidence=confidence)
                if found.random == "both":
                    one = found.single[str(modality)]
                    limits = (one.interval.lower, one.interval.upper)
                    yield modality, "readers and cases", measure, one.estimate, *limits


def _csv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    return "".join(csv_lines(columns, rows)).encode()
