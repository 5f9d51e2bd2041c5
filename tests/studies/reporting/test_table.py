"""What of a study's readings reaches the analysis, and under which name."""

from __future__ import annotations

import pandas as pd
import pytest

from studies.reporting.blocks.shapes import Table
from studies.reporting.build import full_report
from studies.reporting.document import document
from studies.reporting.facts import StudyFacts
from studies.reporting.table import first_readings, readings_table, table_hash


def frame(**more):
    """Four readings of two readers, one case of each class, as the selectors give them."""
    rows = [
        {"reader_code": reader, "case_code": case, "truth": truth, "answer": answer, "trial_index": index}
        for reader, index, case, truth, answer in [
            ("R1", 1, "a", "synthetic", "synthetic"), ("R1", 2, "b", "real", "real"),
            ("R2", 1, "b", "real", "synthetic"), ("R2", 2, "a", "synthetic", "synthetic"),
        ]
    ]  # fmt: skip
    known = {
        "phase": "test", "signed_rating": 1, "birads": None, "density": None, "requested_birads": "4",
        "rt_active_ms": 2000, "group": "", "condition": "", "repeat": False,
    }  # fmt: skip
    return pd.DataFrame(rows).assign(**known, **more)


def test_only_test_readings_count():
    readings = frame()
    readings["phase"] = ["train", "test", "check", "test"]
    assert readings_table(readings)["reader"].tolist() == ["R1", "R2"]


def test_hidden_repeat_counts_for_agreement_with_oneself_only():
    again = frame().iloc[:2].assign(trial_index=[51, 52], repeat=True, answer=["real", "real"])
    table = readings_table(pd.concat([frame(), again]))
    once, repeats = first_readings(table)
    assert repeats == 2
    assert once.loc[once["reader"] == "R1", "answer"].tolist() == [True, False]


def test_group_and_condition_come_only_where_the_design_has_them():
    plain = readings_table(frame())
    assert not {"group", "modality"} & set(plain)
    crossed = frame()
    crossed["condition"] = ["with", "without"] * 2
    crossed["group"] = ["1", "1", "2", "2"]
    table = readings_table(crossed)
    assert table["modality"].tolist() == ["with", "without"] * 2
    assert table["group"].tolist() == ["1", "1", "2", "2"]
    assert table_hash(table) != table_hash(plain)


def test_split_plot_readings_give_random_readers_and_cases(table, plan):
    whole = table(readers=4, cases=48)
    first = {case for case in whole["case"].unique() if int("".join(filter(str.isdigit, case))) % 2}
    odd = whole["reader"].isin(sorted(whole["reader"].unique())[::2])
    split = whole[odd == whole["case"].isin(first)]
    found = full_report(split, plan, code_version="1")
    assert found.first.readings == len(split) == len(whole) // 2
    effects = found.first.main.random_effects
    assert effects is not None
    accuracy = effects.estimates["balanced_accuracy"]
    assert accuracy.interval.lower < accuracy.estimate < accuracy.interval.upper
    # Fewer readings of as many readers and cases say less.
    all_read = full_report(whole, plan, code_version="1").first.main.random_effects
    assert accuracy.standard_error > all_read.estimates["balanced_accuracy"].standard_error


def test_report_of_simulated_readers_says_so_first(report):
    page = document(report, StudyFacts("A rehearsal", simulated=True))
    assert page.headline.startswith("Simulated readers: ")
    assert page.warnings[0] == "These readings are simulated: nobody read."
    assert not document(report, StudyFacts("A study")).headline.startswith("Simulated")


def test_groups_of_readers_have_rows_of_their_own(table, plan):
    whole = table(readers=5, cases=24)
    names = dict(
        zip(sorted(whole["reader"].unique()), ("junior", "junior", "senior", "senior", "other"), strict=True)
    )
    one = full_report(whole.assign(group=whole["reader"].map(names)), plan, code_version="1")
    means = {mean.group: mean for mean in one.first.groups.value.means}
    right = (whole["truth"] == whole["answer"]).groupby(whole["reader"].map(names)).mean()
    assert {name: mean.accuracy for name, mean in means.items()} == pytest.approx(right.to_dict())
    assert (means["other"].interval, means["junior"].readers) == (None, 2)
    assert one.first.groups.value.difference is None  # three groups have no one difference
    block = document(one, StudyFacts("Groups")).block("forest")
    assert [row[0] for row in block.table.rows[-3:]] == [
        "Group junior, 2 readers", "Group other, 1 reader", "Group senior, 2 readers",
    ]  # fmt: skip
    two = full_report(
        whole.assign(group=whole["reader"].map(names | {"reader005": "senior"})), plan, code_version="1"
    )
    assert "Welch" in " ".join(document(two, StudyFacts("Groups")).block("forest").method)


def test_interval_in_a_table_has_a_dash_only_where_no_limit_has_a_sign():
    cells = Table(("a", "b", "c"), (("x", "0.5 (0.25 to 0.75)", "0.1 (-0.2 to 0.4)"),)).shown[0]["cells"]
    assert [cell["small"] for cell in cells] == ["", "0.25–0.75", "-0.2 to 0.4"]


@pytest.mark.parametrize("rated", [True, False])
def test_conditions_are_compared_with_and_without_ratings(rated, table, plan):
    two = pd.concat([table(cases=16).assign(modality="with"), table(cases=16, seed=1).assign(modality="without")])
    found = full_report(two if rated else two.drop(columns="rating"), plan, code_version="1")
    assert [part.modality for part in found.parts] == ["with", "without"]
    difference = found.comparison.value.difference
    assert difference.interval.lower < difference.estimate < difference.interval.upper
    shares = [part.main.random_effects.estimates["balanced_accuracy"].estimate for part in found.parts]
    if not rated:
        assert difference.estimate == pytest.approx(shares[0] - shares[1])
    assert any("no rating was given" in note for note in found.notes) != rated
