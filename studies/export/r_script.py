"""The script of the R folder: the table and Overall with base R alone, then the packages that are installed."""

from __future__ import annotations

# What both scripts compare and compute with; they set `confidence` first.
SHARED = """same <- function(name, found, given) {
  difference <- abs(as.matrix(found) - as.matrix(given))
  difference[is.na(found) & is.na(given)] <- 0
  cat("largest difference from ", name, ": ", max(difference, 0), "\\n", sep = "")
  stopifnot(!anyNA(difference), max(difference, 0) < 1e-9)
}

wilson <- function(hits, n) {
  z <- qnorm(0.5 + confidence / 2)
  p <- hits / n
  mid <- (p + z^2 / (2 * n)) / (1 + z^2 / n)
  half <- z / (1 + z^2 / n) * sqrt(p * (1 - p) / n + z^2 / (4 * n^2))
  c(mid - half, mid + half)
}

# Readers as the sample: mean and t interval.
over_readers <- function(values) {
  values <- values[!is.na(values)]
  half <- qt(0.5 + confidence / 2, length(values) - 1) * sd(values) / sqrt(length(values))
  c(mean(values), mean(values) - half, mean(values) + half)
}
"""

_SCRIPT = """# Computes the tables again with base R alone, then runs the multi-reader packages that are installed.
# Usage: Rscript analysis.R (in this folder)
confidence <- CONFIDENCE
readings <- read.csv("readings.csv", stringsAsFactors = FALSE, colClasses = c(reader = "character",
  case = "character", modality = "character"))
given_table <- read.csv("table.csv", stringsAsFactors = FALSE, colClasses = c(reader = "character"))
given_overall <- read.csv("overall.csv", stringsAsFactors = FALSE, colClasses = c(modality = "character"))

SHARED
measures <- function(rows) {
  tp <- sum(rows$truth == 1 & rows$answer == 1)
  fp <- sum(rows$truth == 0 & rows$answer == 1)
  fn <- sum(rows$truth == 1 & rows$answer == 0)
  tn <- sum(rows$truth == 0 & rows$answer == 0)
  limits <- wilson(tp + tn, nrow(rows))
  c(tp = tp, fp = fp, fn = fn, tn = tn, precision = tp / (tp + fp), recall = tp / (tp + fn),
    specificity = tn / (tn + fp), f1 = 2 * tp / (2 * tp + fp + fn), accuracy = (tp + tn) / nrow(rows),
    accuracy_lower = limits[1], accuracy_upper = limits[2])
}

# 1. Each reader, and all readings pooled (which ignores clustering).
parts <- c(split(readings, readings$reader), list(Overall = readings))
found <- t(sapply(parts, measures))
print(round(found, 3))
same("table.csv", found, given_table[match(rownames(found), given_table$reader), colnames(found)])

# 2. Overall with readers as the sample: `over_readers` above.

# 3. Overall with readers and cases as samples: Obuchowski and Rockette, jackknife, one modality,
# with the degrees of freedom of Hillis (2014). `score` is the rating, or the answer for balanced accuracy.
jackknifed <- function(rows, cases) {
  wins <- outer(rows$score[rows$truth == 1], rows$score[rows$truth == 0],
                function(one, zero) (one > zero) + 0.5 * (one == zero))
  n <- length(wins)
  own <- setNames(c(rowSums(wins), colSums(wins)), c(rows$case[rows$truth == 1], rows$case[rows$truth == 0]))
  fewer <- setNames(c(rep(ncol(wins), nrow(wins)), rep(nrow(wins), ncol(wins))), names(own))
  without <- setNames(rep(mean(wins), length(cases)), cases)  # a case that was not read changes nothing
  without[names(own)] <- (sum(wins) - own) / (n - fewer)
  list(area = mean(wins), without = without)
}

over_both <- function(rows) {
  by_reader <- split(rows, rows$reader)
  by_reader <- by_reader[sapply(by_reader, function(own) length(unique(own$truth)) == 2)]
  cases <- sort(unique(unlist(lapply(by_reader, function(own) own$case))))
  parts <- lapply(by_reader, jackknifed, cases = cases)
  areas <- sapply(parts, function(part) part$area)
  without <- sapply(parts, function(part) part$without)
  k <- length(cases)
  covariance <- (k - 1) / k * crossprod(scale(without, scale = FALSE))
  j <- length(areas)
  square <- var(areas)
  shared <- j * max(mean(covariance[row(covariance) != col(covariance)]), 0)
  df <- (square + shared)^2 / (square^2 / (j - 1))
  half <- if (square + shared == 0) 0 else qt(0.5 + confidence / 2, df) * sqrt((square + shared) / j)
  c(mean(areas), mean(areas) - half, mean(areas) + half)
}

again <- function(asked) {
  rows <- readings[readings$modality == asked$modality, ]
  rows$score <- if (asked$measure == "auc") rows$rating else rows$answer
  if (asked$method == "readers and cases") return(over_both(rows[!is.na(rows$score), ]))
  own <- sapply(split(rows, rows$reader), measures)
  over_readers(if (asked$measure == "accuracy") own["accuracy", ]
               else (own["recall", ] + own["specificity", ]) / 2)
}
if (nrow(given_overall) > 0) {
  overall <- t(sapply(seq_len(nrow(given_overall)), function(row) again(given_overall[row, ])))
  dimnames(overall) <- list(NULL, c("estimate", "lower", "upper"))
  print(cbind(given_overall[, c("modality", "method", "measure")], round(overall, 4)), row.names = FALSE)
  same("overall.csv", overall, given_overall[, c("estimate", "lower", "upper")])
}

# 4. The packages of others, where they are installed. What is missing was computed above with base R.
rated <- readings[!is.na(readings$rating), ]
has <- function(name, what) {
  found <- nrow(rated) > 0 && requireNamespace(name, quietly = TRUE)
  if (!found) cat(name, ": not run; it would give ", what, "\\n", sep = "")
  found
}
if (has("iMRMC", "U-statistics with the degrees of freedom of Gallas")) {
  cases <- unique(rated[, c("case", "truth")])
  truth <- data.frame(readerID = "truth", caseID = cases$case, modalityID = "truth", score = cases$truth)
  scores <- data.frame(readerID = rated$reader, caseID = rated$case, modalityID = rated$modality,
                       score = rated$rating)
  print(iMRMC::doIMRMC(rbind(truth, scores))$Ustat)
}
if (has("RJafroc", "figures of merit by reader") && file.exists("rjafroc.xlsx")) {
  print(RJafroc::UtilFigureOfMerit(RJafroc::DfReadDataFile("rjafroc.xlsx", newExcelFileFormat = TRUE),
                                   FOM = "Wilcoxon"))
}
if (has("MRMCaov", "Obuchowski and Rockette of two or more modalities") &&
    length(unique(rated$modality)) > 1) {
  library(MRMCaov)
  print(summary(mrmc(empirical_auc(truth, rating), modality, reader, case, data = rated)))
}
"""


def r_script(confidence: float) -> str:
    """Return the script for intervals of this confidence."""
    return _SCRIPT.replace("SHARED", SHARED).replace("CONFIDENCE", f"{confidence:g}")
