"""A folder for R of a study of pairs: the choices, our tables, and a script that computes them again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from studies.export.long_csv import csv_lines
from studies.export.r_script import SHARED
from studies.statistics.forced_choice import Choices, ForcedChoice

CHOICES = ("reader", "pair", "right", "left")
TABLE = ("reader", "pairs", "right", "proportion", "lower", "upper", "p", "d_prime", "left", "p_left")
OVERALL = ("method", "estimate", "lower", "upper", "standard_error", "df", "p_difference", "p_equivalence")

README = """# {title}

`Rscript analysis.R` in this folder computes `table.csv` and `overall.csv`, which the site made, from `choices.csv`
with R alone: no package is needed. It stops when a number differs by more than 1e-9.

| file | content |
| --- | --- |
| choices.csv | one row per reader and pair; right: 1 for the synthetic picture; left: 1 for the one on the left |
| table.csv | share right of each reader, Wilson intervals at {level:g}, exact p against 1/2, d', share of left |
| overall.csv | readers as the sample (t), readers and pairs (U-statistics; two one-sided tests, {margin:g}) |
"""

_SCRIPT = """# Computes the tables of a study of pairs again, with base R alone.
# Usage: Rscript analysis.R (in this folder)
confidence <- CONFIDENCE
margin <- MARGIN
choices <- read.csv("choices.csv", stringsAsFactors = FALSE, colClasses = c(reader = "character",
  pair = "character"))
given_table <- read.csv("table.csv", stringsAsFactors = FALSE, colClasses = c(reader = "character"))
given_overall <- read.csv("overall.csv", stringsAsFactors = FALSE)

SHARED
# 1. Each reader, and all answers pooled (which ignores clustering).
one <- function(rows) {
  n <- nrow(rows)
  right <- sum(rows$right)
  left <- sum(rows$left)
  limits <- wilson(right, n)
  c(pairs = n, right = right, proportion = right / n, lower = limits[1], upper = limits[2],
    p = binom.test(right, n)$p.value, d_prime = sqrt(2) * qnorm((right + 0.5) / (n + 1)),
    left = left / n, p_left = binom.test(left, n)$p.value)
}
parts <- c(split(choices, choices$reader), setNames(list(choices), given_table$reader[nrow(given_table)]))
found <- t(sapply(parts, one))
print(round(found, 3))
same("table.csv", found, given_table[match(rownames(found), given_table$reader), colnames(found)])

# 2. Overall with readers as the sample.
readers_alone <- function() {
  found <- over_readers(sapply(split(choices$right, choices$reader), mean))
  c(estimate = found[1], lower = found[2], upper = found[3], standard_error = NA, df = NA, p_difference = NA,
    p_equivalence = NA)
}

# 3. Overall with readers and pairs as samples: Gallas's U-statistics of a binary endpoint. The estimate squared,
# less the mean product of two choices that share neither reader nor pair, is its unbiased variance. Where that is
# not above 0 the plug-in variance takes its place. Then two one-sided tests of the margin about one half.
over_both <- function() {
  by_reader <- tapply(choices$right, choices$reader, sum)
  by_pair <- tapply(choices$right, choices$pair, sum)
  n_reader <- as.numeric(table(choices$reader))
  n_pair <- as.numeric(table(choices$pair))
  n <- nrow(choices)
  estimate <- sum(choices$right) / n
  apart <- sum(choices$right)^2 - sum(by_reader^2) - sum(by_pair^2) + sum(choices$right^2)
  n_apart <- n^2 - sum(n_reader^2) - sum(n_pair^2) + n
  of_reader <- sum(by_reader^2) / sum(n_reader^2)
  of_pair <- sum(by_pair^2) / sum(n_pair^2)
  variance <- if (n_apart > 0) estimate^2 - apart / n_apart else NA
  if (is.na(variance) || variance <= 1e-13) {
    share <- c(n, sum(n_reader^2) - n, sum(n_pair^2) - n, n_apart) / n^2
    variance <- sum(share * c(estimate, of_reader, of_pair, estimate^2)) - estimate^2
    if (variance <= 1e-13) variance <- 0
  }
  free <- c(length(n_pair), length(n_reader)) - 1
  free <- pmax(free, 1)
  weight <- sum((c(of_pair, of_reader) - estimate^2)^2 / free^3)
  df <- if (weight > 0) max(min(free), variance^2 / weight) else min(free)
  error <- sqrt(variance)
  half <- if (error > 0) qt(0.5 + confidence / 2, df) * error else 0
  tail <- function(distance) {
    if (error > 0) pt(distance / error, df, lower.tail = FALSE) else c(1, 0.5, 0)[sign(distance) + 2]
  }
  off <- estimate - 0.5
  c(estimate = estimate, lower = estimate - half, upper = estimate + half, standard_error = error, df = df,
    p_difference = min(1, 2 * tail(abs(off))), p_equivalence = max(tail(off + margin), tail(margin - off)))
}

if (nrow(given_overall) > 0) {
  again <- function(method) if (method == "readers") readers_alone() else over_both()
  overall <- t(sapply(given_overall$method, again))
  print(round(overall, 4))
  same("overall.csv", overall, given_overall[, colnames(overall)])
}
"""


def r_pairs(
    choices: pd.DataFrame, found: ForcedChoice, *, title: str, margin: float, confidence: float = 0.95
) -> dict[str, bytes]:
    """Return the files by name.

    Args:
        choices: one row per reader and pair: `reader`, `pair`, `right` (bool), `left` (bool).
        found: what `forced_choice` made of them with this margin and confidence.
        title: of the study.
        margin: half-width of the zone about one half that counts as "can't tell".
        confidence: of the intervals.
    """
    rows = choices.assign(right=choices["right"].astype(int), left=choices["left"].astype(int))
    rows = rows[list(CHOICES)].sort_values(["reader", "pair"])
    script = (
        _SCRIPT.replace("SHARED", SHARED).replace("CONFIDENCE", f"{confidence:g}").replace("MARGIN", f"{margin:g}")
    )
    return {
        "README.md": README.format(title=title, level=confidence, margin=margin).encode(),
        "analysis.R": script.encode(),
        "choices.csv": _csv(CHOICES, rows.itertuples(index=False)),
        "table.csv": _csv(TABLE, map(_line, [*found.readers, found.pooled])),
        "overall.csv": _csv(OVERALL, _overall(found)),
    }


def _line(one: Choices) -> Sequence[object]:
    ends = (one.interval.lower, one.interval.upper)
    return [one.reader, one.pairs, one.right, one.proportion, *ends, one.p, one.d_prime, one.left, one.p_left]


def _overall(found: ForcedChoice) -> Iterator[Sequence[object]]:
    """Yield the overall result by each method that the choices allow."""
    if found.over_readers is not None:
        mean = found.over_readers
        yield ["readers", mean.mean, mean.interval.lower, mean.interval.upper, None, None, None, None]
    if found.verdict is not None:
        test = found.verdict
        ends = (test.interval.lower, test.interval.upper)
        rest = (test.standard_error, test.df, test.p_difference, test.p_equivalence)
        yield ["readers and pairs", test.estimate, *ends, *rest]


def _csv(columns: Sequence[str], rows: Iterator[Sequence[object]]) -> bytes:
    return "".join(csv_lines(columns, rows)).encode()
