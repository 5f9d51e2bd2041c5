"""Every allocation gives each reader what the design says, evenly, and the same again from the same seed."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studies.design.allocation import allocate, case_groups, incomplete_block
from studies.design.case_facts import CaseFacts, spread
from studies.design.errors import DesignError
from studies.design.hash_stream import HashStream

SEED = b"allocation-seed!"


def pool(synthetic, original, strata=1):
    counts = {True: synthetic, False: original}
    return [
        CaseFacts(f"{'S' if kind else 'R'}{n:03d}", kind, (str(n % strata),))
        for kind, count in counts.items()
        for n in range(count)
    ]


def test_fully_crossed_gives_everybody_every_case():
    cases = pool(5, 4)
    for place in range(3):
        assert allocate({"allocation": "fully_crossed"}, cases, place, SEED) == sorted(cases)


def test_a_code_that_comes_twice_is_named():
    with pytest.raises(DesignError, match="S000"):
        allocate({"allocation": "fully_crossed"}, [*pool(2, 2), CaseFacts("S000", True)], 0, SEED)


def test_split_plot_groups_share_nothing_and_are_alike():
    groups = case_groups(pool(31, 20, strata=4), 4, SEED)
    codes = [case.code for group in groups for case in group]
    assert sorted(codes) == sorted(case.code for case in pool(31, 20))
    for kind, low, high in ((True, 7, 8), (False, 5, 5)):
        assert {sum(case.synthetic is kind for case in group) for group in groups} <= {low, high}
    for stratum in "0123":
        counts = [sum(case.stratum == (stratum,) for case in group) for group in groups]
        assert max(counts) - min(counts) <= 2
    design = {"allocation": "split_plot", "groups": 4}
    assert allocate(design, pool(31, 20), 1, SEED) == allocate(design, pool(31, 20), 5, SEED)


def test_the_papers_shares_come_from_a_larger_pool():
    cases = pool(300, 200)
    design = {"allocation": "incomplete_blocks", "per_reader": {"synthetic": 182, "original": 116}}
    shares = [allocate(design, cases, place, SEED) for place in range(6)]
    for share in shares:
        assert sum(case.synthetic for case in share) == 182
        assert len(share) == len(set(share)) == 298
    read = Counter(case.code for share in shares for case in share)
    for kind in "SR":
        counts = [read[case.code] for case in cases if case.code[0] == kind]
        assert max(counts) - min(counts) <= 1
    # 182 * 182 / 300 + 116 * 116 / 200 = 178 by chance. Who comes next takes first what nobody has read and shares
    # fewer with the one before; with those further back it is about the same.
    overlaps = {pair: len(set(shares[pair[0]]) & set(shares[pair[1]])) for pair in combinations(range(6), 2)}
    far = [count for (one, two), count in overlaps.items() if two - one > 2]
    assert 150 < min(far) <= max(far) < 190
    assert min(overlaps.values()) > 80


@settings(max_examples=60, deadline=None)
@given(
    st.integers(2, 30),
    st.integers(1, 30),
    st.integers(0, 8),
    st.integers(0, 3),
    st.binary(min_size=16, max_size=16),
)
def test_no_case_is_read_more_than_once_oftener_than_another(size, wanted, places, fixed, seed):
    wanted, fixed = min(wanted, size), min(fixed, wanted, size)
    cases = pool(size, size)
    share = {"synthetic": wanted, "original": wanted}
    anchor = {"synthetic": fixed, "original": fixed}
    read: Counter[str] = Counter()
    for place in range(places + 1):
        mine = incomplete_block(cases, share, anchor, place, seed)
        assert len(set(mine)) == 2 * wanted
        read.update(case.code for case in mine)
    everybodys = {code for code, times in read.items() if times == places + 1}
    assert len(everybodys) >= 2 * fixed
    counts = sorted(read[case.code] for case in cases if case.synthetic)
    rest = counts[: size - fixed]
    assert not rest or rest[-1] - rest[0] <= 1


def test_too_small_a_pool_says_what_is_needed():
    design = {"allocation": "incomplete_blocks", "per_reader": {"synthetic": 9, "original": 2}}
    with pytest.raises(DesignError, match="at least the 9") as caught:
        allocate(design, pool(8, 8), 0, SEED)
    assert caught.value.field == "design.per_reader.synthetic"
    with pytest.raises(DesignError, match="each of 4 groups"):
        allocate({"allocation": "split_plot", "groups": 4}, pool(3, 8), 0, SEED)


def test_spread_mixes_strata_in_every_stretch():
    mixed = spread(pool(40, 0, strata=4), HashStream(SEED, "spread"))
    for start in range(0, 40, 8):
        counts = Counter(case.stratum for case in mixed[start : start + 8])
        assert len(counts) == 4
        assert max(counts.values()) <= 4
