"""Overall with random readers and cases, with a verdict."""

import json

import numpy as np
import pandas as pd
import pytest

from studies.statistics.random_effects import random_effects
from studies.statistics.report import study_report


def answers(seed=0, *, readers=5, cases=60, ability=1.0):
    rng = np.random.default_rng(seed)
    rows = []
    for case in range(cases):
        truth, base = case % 2 == 0, rng.normal()
        for reader in range(readers):
            rating = base + rng.normal() + ability * truth
            rows.append(
                {
                    "reader": f"r{reader}",
                    "case": case,
                    "truth": truth,
                    "answer": rating > ability / 2,
                    "rating": rating,
                }
            )
    return pd.DataFrame(rows)


def test_estimates_are_the_pooled_proportions_of_complete_readings():
    frame = answers()
    found = random_effects(frame, margin=0.05).estimates
    right = frame["answer"] == frame["truth"]
    assert found["accuracy"].estimate == pytest.approx(right.mean())
    assert found["recall"].estimate == pytest.approx(right[frame["truth"]].mean())
    assert found["specificity"].estimate == pytest.approx(right[~frame["truth"]].mean())
    assert found["auc"].estimate > found["balanced_accuracy"].estimate
    assert found["recall"].p is None


def test_interval_is_wider_than_the_pooled_one():
    report = study_report(answers(), margin=0.05)
    pooled, honest = report.overall.accuracy.interval, report.random_effects.estimates["accuracy"].interval
    assert honest.upper - honest.lower > pooled.upper - pooled.lower
    json.dumps(report.to_dict(), allow_nan=False)


@pytest.mark.parametrize(
    ("ability", "margin", "verdict"),
    [(2.5, 0.05, "distinguishable"), (0.0, 0.2, "equivalent"), (0.3, 0.01, "inconclusive")],
)
def test_verdict_is_on_balanced_accuracy(ability, margin, verdict):
    found = random_effects(answers(1, ability=ability, cases=200), margin=margin)
    assert found.verdict.verdict == verdict
    assert found.verdict.estimate == found.estimates["balanced_accuracy"].estimate


def test_repeated_readings_count_once_with_a_note():
    frame = answers()
    again = pd.concat([frame, frame.iloc[:7].assign(answer=lambda rows: ~rows["answer"])])
    found = random_effects(again, margin=0.05)
    assert found.notes == ("7 repeated readings left out: the first of each reader and case counts",)
    assert found.estimates["accuracy"] == random_effects(frame, margin=0.05).estimates["accuracy"]


def test_one_class_leaves_a_note_in_the_report():
    report = study_report(answers().query("truth"), margin=0.05)
    assert report.random_effects is None
    assert report.notes[0].startswith("no interval for random readers and cases: truth: got no negative case")


def test_one_reader_is_named_as_such():
    found = random_effects(answers(readers=1), margin=0.05)
    assert "one reader only: cases are random, the reader is not" in found.estimates["accuracy"].notes
