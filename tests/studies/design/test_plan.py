"""All trials of a reader: every case of the design once, in its phase, and the planned repeats."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studies.design.allocation import allocate
from studies.design.case_facts import CaseFacts
from studies.design.errors import DesignError
from studies.design.ordering import longest_run
from studies.design.plan import ReaderPlace, case_pairs, reader_plan

SEED = b"plan-seed-16byte"
CROSSED = {"allocation": "fully_crossed", "max_run": 4}


def pool(count=30, phase="test", letter=""):
    return [
        CaseFacts(f"{letter}{kind:d}{n:02d}", bool(kind), (str(n % 3),), phase)
        for kind in (0, 1)
        for n in range(count)
    ]


def plan(design, code="AB", place=0, cases=None):
    return reader_plan(design, ReaderPlace(code, place), pool() if cases is None else cases, SEED)


def test_crossed_readers_have_orders_of_their_own_and_the_same_again():
    one, two = plan(CROSSED), plan(CROSSED, "CD", 1)
    assert sorted(trial.case for trial in one) == sorted(trial.case for trial in two)
    assert one != two
    assert one == plan(CROSSED, cases=list(reversed(pool())))


def test_training_comes_first_and_checks_in_between():
    cases = [*pool(), *pool(2, "train", "t"), *pool(1, "check", "c")]
    trials = plan(CROSSED, cases=cases)
    assert [trial.phase for trial in trials[:4]] == ["train"] * 4
    assert Counter(trial.phase for trial in trials) == {"train": 4, "check": 2, "test": 60}
    places = [place for place, trial in enumerate(trials) if trial.phase == "check"]
    assert 4 <= places[0] <= 35 <= places[1] + 1


def test_repeats_are_marked_and_far_from_the_first():
    trials = plan(CROSSED | {"repeats": {"count": 6, "distance": 20}})
    assert len(trials) == 66
    for place, trial in enumerate(trials):
        if trial.repeat:
            assert trial.occurrence == 2
            first = next(p for p, one in enumerate(trials) if one.case == trial.case)
            assert place - first >= 20


def test_crossover_sessions_have_orders_of_their_own_and_begin_in_turn():
    sessions = {"conditions": ["with priors", "alone"], "washout_days": 28}
    design = {"allocation": "crossover", "max_run": 4, "sessions": sessions}
    one, two = plan(design), plan(design, "CD", 1)
    assert [trial.condition for trial in one] == ["with priors"] * 60 + ["alone"] * 60
    assert two[0].condition == "alone"
    assert [trial.session for trial in one] == [1] * 60 + [2] * 60
    assert [trial.case for trial in one[:60]] != [trial.case for trial in one[60:]]
    assert Counter((trial.case, trial.occurrence) for trial in one).most_common(1)[0][1] == 1


def test_pairs_hold_each_case_once_of_one_stratum_with_sides_in_balance():
    design = {"allocation": "pairs", "max_run": 3}
    trials = plan(design)
    assert len(trials) == 30
    assert sorted(code for trial in trials for code in (trial.case, trial.right)) == sorted(c.code for c in pool())
    assert all({trial.case[0], trial.right[0]} == {"0", "1"} for trial in trials)
    left = [trial.case[0] == "1" for trial in trials]
    assert sum(left) == 15
    assert longest_run(left) <= 3
    strata = {case.code: case.stratum for case in pool()}
    assert all(strata[trial.case] == strata[trial.right] for trial in trials)
    both = [
        {frozenset((t.case, t.right)) for t in trials},
        {frozenset((t.case, t.right)) for t in plan(design, "CD", 1)},
    ]
    assert both[0] == both[1]


def test_pairs_need_as_many_of_each():
    with pytest.raises(DesignError, match="30 original and 29 synthetic"):
        case_pairs(pool()[:-1], SEED)
    with pytest.raises(DesignError, match="no cases for training"):
        plan({"allocation": "pairs", "max_run": 3}, cases=[*pool(), *pool(1, "train", "t")])


def test_incomplete_blocks_keep_the_run_length():
    design = {"allocation": "incomplete_blocks", "max_run": 3, "per_reader": {"synthetic": 10, "original": 8}}
    trials = plan(design)
    assert len(trials) == 18
    assert longest_run([trial.case[0] == "1" for trial in trials]) <= 3


def test_blocks_hold_their_share_of_each_stratum():
    cases = [CaseFacts(f"{kind}{n:02d}", kind == "s", (str(n % 4),)) for kind in "rs" for n in range(40)]
    known = {case.code: case for case in cases}
    trials = plan(CROSSED | {"block": 16, "strata": ["birads"]}, cases=cases)
    assert len({trial.case for trial in trials}) == 80
    for start in range(0, 80, 16):
        block = [known[trial.case] for trial in trials[start : start + 16]]
        for kind in (False, True):
            counts = Counter(case.stratum for case in block if case.synthetic is kind)
            assert len(counts) == 4
            assert set(counts.values()) <= {1, 2, 3}


DESIGNS = {
    "fully_crossed": {},
    "split_plot": {"groups": 2},
    "incomplete_blocks": {
        "per_reader": {"synthetic": 9, "original": 7},
        "anchor": {"synthetic": 2, "original": 2},
    },
    "pairs": {},
    "crossover": {"sessions": {"conditions": ["a", "b", "c"], "washout_days": 7}},
}


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(DESIGNS)),
    st.integers(10, 24),
    st.integers(0, 6),
    st.booleans(),
    st.booleans(),
    st.binary(min_size=16, max_size=16),
)
def test_every_reader_has_every_case_of_the_design_once_plus_the_repeats(
    name, count, place, blocked, repeated, seed
):
    design = {"allocation": name, "max_run": 4} | DESIGNS[name]
    pairs = name == "pairs"
    if blocked and not pairs:
        design["block"] = 6
    repeats = 3 if repeated and not pairs else 0
    if repeats:
        design["repeats"] = {"count": repeats, "distance": 5}
    cases = pool(count) + ([] if pairs else [*pool(2, "train", "t"), *pool(1, "check", "c")])
    trials = reader_plan(design, ReaderPlace("AB", place), cases, seed)
    mine = {case.code for case in allocate(design, pool(count), place, seed)}
    sessions = 3 if name == "crossover" else 1
    for session in range(1, sessions + 1):
        test = [trial for trial in trials if trial.phase == "test" and trial.session == session]
        shown = Counter(code for trial in test for code in (trial.case, trial.right) if code)
        assert set(shown) == mine
        assert sum(trial.repeat for trial in test) == repeats
        assert sorted(shown.values(), reverse=True)[:repeats] == [2] * repeats
        assert sum(shown.values()) == len(mine) + repeats
    assert sum(trial.phase == "train" for trial in trials) == (0 if pairs else 4)
    assert sum(trial.phase == "check" for trial in trials) == (0 if pairs else 2 * sessions)
    assert max(Counter((trial.case, trial.occurrence) for trial in trials).values()) == 1


def test_every_order_of_a_small_study_comes_about_equally_often():
    cases = [CaseFacts(code, code < "c") for code in "abcd"]
    seen = Counter(
        tuple(trial.case for trial in reader_plan(CROSSED, ReaderPlace(f"R{n}", 0), cases, SEED))
        for n in range(4800)
    )
    assert len(seen) == 24
    # Chi-square over 24 orders: 23 degrees of freedom, 99.9 % quantile 49.7.
    assert sum((times - 200) ** 2 / 200 for times in seen.values()) < 49.7
