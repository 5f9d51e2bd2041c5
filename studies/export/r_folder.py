"""A folder for R: the readings, our table, and a script that computes it again and goes on from there."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import pandas as pd

from studies.export.imrmc import MODALITY, imrmc_lines
from studies.export.long_csv import csv_lines
from studies.export.rjafroc import rjafroc_workbook
from studies.statistics.confusion import count, pooled, summarize_counts

MEASURES = ("precision", "recall", "specificity", "f1", "accuracy")
TABLE = ("reader", "tp", "fp", "fn", "tn", *MEASURES, "accuracy_lower", "accuracy_upper")
READINGS = ("reader", "case", "modality", "truth", "answer", "rating")
OVERALL = "Overall"

README = """# {title}

`Rscript analysis.R` in this folder computes the table of readers from `readings.csv` with R alone, compares it
with `table.csv`, which the site made, and stops when a number differs by more than 1e-9. It then runs iMRMC,
RJafroc and MRMCaov where they are installed.

| file | content |
| --- | --- |
| readings.csv | one row per reading; truth and answer: 1 synthetic, 0 real; rating: signed confidence |
| table.csv | counts and measures by reader, Wilson intervals of accuracy at {level:g} |
| study.imrmc | for iMRMC |
| rjafroc.xlsx | for RJafroc; only where every reader rated every case |
"""

SCRIPT = """# Computes the table of readers again with base R alone, then the multi-reader analyses.
# Usage: Rscript analysis.R (in this folder)
confidence <- {level:g}
readings <- read.csv("readings.csv", stringsAsFactors = FALSE)
expected <- read.csv("table.csv", stringsAsFactors = FALSE)

wilson <- function(hits, n) {{
  z <- qnorm(0.5 + confidence / 2)
  p <- hits / n
  mid <- (p + z^2 / (2 * n)) / (1 + z^2 / n)
  half <- z / (1 + z^2 / n) * sqrt(p * (1 - p) / n + z^2 / (4 * n^2))
  c(mid - half, mid + half)
}}

measures <- function(rows) {{
  tp <- sum(rows$truth == 1 & rows$answer == 1)
  fp <- sum(rows$truth == 0 & rows$answer == 1)
  fn <- sum(rows$truth == 1 & rows$answer == 0)
  tn <- sum(rows$truth == 0 & rows$answer == 0)
  limits <- wilson(tp + tn, nrow(rows))
  c(tp = tp, fp = fp, fn = fn, tn = tn, precision = tp / (tp + fp), recall = tp / (tp + fn),
    specificity = tn / (tn + fp), f1 = 2 * tp / (2 * tp + fp + fn), accuracy = (tp + tn) / nrow(rows),
    accuracy_lower = limits[1], accuracy_upper = limits[2])
}}

parts <- c(split(readings, readings$reader), list(Overall = readings))
found <- t(sapply(parts, measures))
print(round(found, 3))
given <- as.matrix(expected[match(rownames(found), expected$reader), colnames(found)])
difference <- abs(found - given)
difference[is.nan(found) & is.na(given)] <- 0
cat("largest difference from table.csv:", max(difference), "\\n")
stopifnot(max(difference) < 1e-9)

rated <- readings[!is.na(readings$rating), ]
if (nrow(rated) > 0 && requireNamespace("iMRMC", quietly = TRUE)) {{
  cases <- unique(rated[, c("case", "truth")])
  truth <- data.frame(readerID = "truth", caseID = cases$case, modalityID = "truth", score = cases$truth)
  scores <- data.frame(readerID = rated$reader, caseID = rated$case, modalityID = rated$modality,
                       score = rated$rating)
  print(iMRMC::doIMRMC(rbind(truth, scores))$Ustat)
}}
if (file.exists("rjafroc.xlsx") && requireNamespace("RJafroc", quietly = TRUE)) {{
  print(RJafroc::UtilFigureOfMerit(RJafroc::DfReadDataFile("rjafroc.xlsx", newExcelFileFormat = TRUE),
                                   FOM = "Wilcoxon"))
}}
if (length(unique(rated$modality)) > 1 && requireNamespace("MRMCaov", quietly = TRUE)) {{
  library(MRMCaov)
  print(summary(mrmc(empirical_auc(truth, rating), modality, reader, case, data = rated)))
}}
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
        modality=table.get("modality", MODALITY),
        rating=table.get("rating"),
    )
    rows = full.assign(truth=full["truth"].astype(int), answer=full["answer"].astype(int))[list(READINGS)]
    files = {
        "README.md": README.format(title=title, level=confidence).encode(),
        "analysis.R": SCRIPT.format(level=confidence).encode(),
        "readings.csv": _csv(
            READINGS, list(rows.astype(object).where(rows.notna(), None).itertuples(index=False))
        ),
        "table.csv": _csv(TABLE, _table(full, confidence)),
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


def _csv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    return "".join(csv_lines(columns, rows)).encode()
