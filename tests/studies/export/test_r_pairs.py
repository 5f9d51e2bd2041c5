"""The R folder of a study of pairs, computed again by R itself and by an independent reader of its files."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from statsmodels.stats.proportion import proportion_confint

from studies.export.r_pairs import r_pairs
from studies.statistics.forced_choice import forced_choice
from tests.studies.export.r_program import run_r


def choices(readers=4, pairs=15, *, share=0.7, seed=3):
    rng = np.random.default_rng(seed)
    rows = [
        {"reader": f"r{r}", "pair": f"p{p}", "right": rng.random() < share, "left": rng.random() < 0.5}
        for r in range(readers) for p in range(pairs)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def folder(table, *, margin=0.1):
    return r_pairs(table, forced_choice(table, margin=margin), title="Which of the two", margin=margin)


TABLES = {
    "every pair by everybody": (choices(), 2),
    "holes": (choices(readers=5, pairs=20).sample(70, random_state=1), 2),
    "near one half": (choices(readers=6, pairs=60, share=0.5, seed=8), 2),
    "all right": (choices(share=1.1), 2),
    "readers and pairs hardly vary": (choices(readers=3, pairs=4, share=0.5, seed=4), 2),
    "one reader": (choices(readers=1), 0),
}


@pytest.mark.parametrize("name", list(TABLES))
def test_r_computes_the_same_tables_with_base_r_alone(name, tmp_path):
    table, overall = TABLES[name]
    files = folder(table)
    assert len(files["overall.csv"].decode().splitlines()) == overall + 1
    code, said = run_r(files, tmp_path)
    assert code == 0, said
    assert "largest difference from table.csv" in said
    assert ("largest difference from overall.csv" in said) == (overall > 0)


def test_r_script_stops_when_a_number_differs(tmp_path):
    files = folder(choices())
    *head, last = files["overall.csv"].decode().rstrip("\n").split(",")
    files["overall.csv"] = ",".join([*head, str(float(last) + 1e-6)]).encode() + b"\n"
    code, said = run_r(files, tmp_path)
    assert code != 0
    assert "1e-09 is not TRUE" in said


def test_its_table_can_be_computed_from_its_choices_without_r():
    files = folder(choices())
    rows = list(csv.DictReader(io.StringIO(files["choices.csv"].decode())))
    given = list(csv.DictReader(io.StringIO(files["table.csv"].decode())))
    assert [line["reader"] for line in given][:-1] == ["r0", "r1", "r2", "r3"]
    for line in given:
        own = [row for row in rows if row["reader"] == line["reader"]] or rows  # the last line is of all
        right = sum(row["right"] == "1" for row in own)
        assert [int(line["pairs"]), int(line["right"])] == [len(own), right]
        limits = proportion_confint(right, len(own), method="wilson")
        assert [float(line["lower"]), float(line["upper"])] == pytest.approx(limits, abs=1e-12)
        assert float(line["p"]) == pytest.approx(binomtest(right, len(own)).pvalue, abs=1e-12)


def test_script_asks_for_files_and_columns_that_are_there():
    files = folder(choices())
    script = files["analysis.R"].decode()
    assert set(re.findall(r'"([\w.]+\.csv)"', script)) <= set(files)
    columns = files["choices.csv"].decode().splitlines()[0].split(",")
    assert set(re.findall(r"(?:choices|rows)\$(\w+)", script)) <= set(columns)
