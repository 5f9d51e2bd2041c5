"""Statistics of a large reader study: seconds, memory, growth, plain Python as the peer, and coverage."""

from __future__ import annotations

import math
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from itertools import product

import numpy as np
import pandas as pd

from bench.table import Row, median_seconds
from studies.reporting.build import full_report
from studies.reporting.document import document
from studies.reporting.facts import StudyFacts
from studies.reporting.plan import AnalysisPlan
from studies.statistics.agreement import agreement_summary
from studies.statistics.difficulty import case_difficulty
from studies.statistics.mrmc import obuchowski_rockette, u_statistics
from studies.statistics.power import RoeMetz, Variances, interval_coverage, simulated_frame
from studies.statistics.report import study_report
from studies.statistics.roc import empirical_auc, reader_rocs

PARTS = Variances(0.011, 0.3, 0.2)
MODEL = RoeMetz({"A": 0.75, "B": 0.75}, PARTS, PARTS)
RUNS = 1000
MEANS = (0.0, 0.75, 1.5)


def measure(*, quick: bool = False) -> list[Row]:
    """Return the rows; quick ones are small and mean little."""
    cases = 100 if quick else 1000
    frame = _study(20, cases)
    return [
        *_report_rows(frame, cases),
        *_peer_rows(),
        *_growth_rows(cases),
        *_coverage_rows(50 if quick else RUNS),
    ]


def _study(readers: int, cases: int) -> pd.DataFrame:
    frame = simulated_frame(MODEL, readers, cases // 2, cases // 2, rng=np.random.default_rng(0))
    return frame.assign(answer=frame["rating"] > 0.4)


def _table(readers: int, cases: int) -> pd.DataFrame:
    """Return a study with everything a report can show: signed confidence, categories, order and times."""
    frame, rng = _study(readers, cases), np.random.default_rng(1)
    return frame.assign(
        rating=np.where(frame["answer"], 1, -1) * rng.integers(1, 4, len(frame)),
        birads=rng.integers(1, 6, len(frame)).astype(str),
        requested=pd.Series(rng.integers(1, 6, len(frame)).astype(str), frame.index).where(frame["truth"]),
        order=frame.groupby(["reader", "modality"]).cumcount() + 1,
        seconds=rng.gamma(4.0, 5.0, len(frame)),
    )


def _report_rows(frame: pd.DataFrame, cases: int) -> list[Row]:
    """Return seconds of the whole report of 20 readers and two modalities, of its parts, and peak memory."""
    table = _table(20, cases)
    plan = AnalysisPlan(levels=3)
    made = full_report(table, plan, code_version="bench")
    one = frame[frame["modality"] == "A"]
    numbers = median_seconds(lambda: full_report(table, plan, code_version="bench"), repeats=3)
    figures = median_seconds(lambda: document(made, StudyFacts("bench")), repeats=1)
    parts: dict[str, Callable[[], object]] = {
        "U-statistics, both modalities": lambda: u_statistics(frame),
        "Obuchowski-Rockette, both modalities": lambda: obuchowski_rockette(frame),
        "ROC of each reader": lambda: reader_rocs(frame),
        "random readers and cases, one modality": lambda: study_report(one, margin=0.05),
        "agreement of answers, one modality": lambda: agreement_summary(one),
        "difficulty of each case, one modality": lambda: case_difficulty(one),
    }
    seconds = {name: median_seconds(part, repeats=3) for name, part in parts.items()}
    tracemalloc.start()
    document(full_report(table, plan, code_version="bench"), StudyFacts("bench"))
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    size = f"20 readers, {cases} cases, 2 modalities"
    return [
        Row(f"full report, {size}", numbers + figures, "s"),
        Row("  of it all numbers", numbers, "s"),
        Row("  of it figures and tables", figures, "s"),
        *(Row(f"  {name}", value, "s") for name, value in seconds.items()),
        Row("  peak memory beyond the table", peak, "MB"),
    ]


def _peer_rows() -> list[Row]:
    """Return the U-statistic against enumeration, where that is short enough, and against a plain jackknife."""
    small, middle = _study(4, 40), _study(5, 100)
    ours, literal = median_seconds(lambda: u_statistics(small)), median_seconds(lambda: _literal(small), repeats=1)
    again, jackknife = (
        median_seconds(lambda: u_statistics(middle)),
        median_seconds(lambda: _jackknife(middle), repeats=1),
    )
    return [
        Row("U-statistics, 4 readers, 40 cases", ours, "s", "enumerated pairs of pairs", ours / literal),
        Row("U-statistics, 5 readers, 100 cases", again, "s", "plain jackknife of each AUC", again / jackknife),
    ]


def _literal(frame: pd.DataFrame) -> float:
    """Return the variance of one modality by a loop over all pairs of (reader, negative, positive)."""
    rows = frame[frame["modality"] == "A"]
    known = {
        (reader, case): rating
        for reader, case, rating in zip(rows["reader"], rows["case"], rows["rating"], strict=True)
    }
    negatives, positives = (sorted(rows.loc[rows["truth"] == truth, "case"].unique()) for truth in (False, True))
    triples = [
        (reader, i, j, float(known[reader, j] > known[reader, i]))
        for reader, i, j in product(sorted(rows["reader"].unique()), negatives, positives)
    ]
    total, number = 0.0, 0
    for reader, i, j, value in triples:
        for other, k, m, another in triples:
            if reader != other and i != k and j != m:
                total, number = total + value * another, number + 1
    mean = math.fsum(value for *_, value in triples) / len(triples)
    return mean * mean - total / number


def _jackknife(frame: pd.DataFrame) -> list[float]:
    """Return each reader's AUC without each case in turn, computed anew."""
    values = []
    for _, rows in frame.groupby(["modality", "reader"]):
        truth, rating = rows["truth"].to_numpy(bool), rows["rating"].to_numpy(float)
        for left_out in range(len(rows)):
            values.append(empirical_auc(np.delete(truth, left_out), np.delete(rating, left_out)))
    return values


def _growth_rows(cases: int) -> list[Row]:
    """Return the exponent of seconds in the number of cases: 2 is a pass over all pairs."""
    frames = [_study(10, count) for count in (cases, 2 * cases)]
    seconds = [median_seconds(partial(u_statistics, frame), repeats=3) for frame in frames]
    return [
        Row(
            f"growth of U-statistics, {cases} to {2 * cases} cases",
            math.log2(seconds[1] / seconds[0]),
            "power of n",
        )
    ]


def _coverage_rows(runs: int) -> list[Row]:
    """Return how often 95 % intervals hold the truth over simulated studies of 5 readers, 50 + 50 cases."""
    rows, started = [], time.perf_counter()
    for mean in MEANS:
        model = RoeMetz({"A": mean, "B": mean}, PARTS, PARTS)
        found = interval_coverage(model, 5, 50, 50, runs=runs)
        auc = model.auc["A"]
        rows.append(Row(f"coverage, AUC {auc:.3f}, difference", found.shares["difference"], "of 0.95"))
        rows.append(Row("  one modality, plain", found.shares["A"], "of 0.95"))
        rows.append(Row("  one modality, logit", found.logit_shares["A"], "of 0.95"))
    rows.append(Row(f"  {len(MEANS)} × {runs} simulated studies", time.perf_counter() - started, "s"))
    return rows
