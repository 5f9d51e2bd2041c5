"""Shares of a pool overlap evenly, follow from the seed, and keep the strata."""

from __future__ import annotations

from collections import Counter

import pytest

from studies.design.case_facts import CaseFacts
from studies.design.rota import rota_share

SEED = b"rota-seed-16-byt"


def pool(count, strata=1):
    return [CaseFacts(f"{n:03d}", True, (str(n % strata),)) for n in range(count)]


def shares(cases, wanted, readers, seed=SEED):
    return [set(rota_share(cases, wanted, place, seed, name="synthetic")) for place in range(readers)]


@pytest.mark.parametrize("seed", [bytes([n]) * 16 for n in range(12)])
def test_a_reader_meets_all_before_about_equally(seed):
    first, second, third = shares(pool(60), 30, 3, seed)
    assert not first & second  # all that nobody has read comes first
    assert len(third & first) == len(third & second) == 15
    *early, fourth = shares(pool(24), 8, 4, seed)
    met = [len(fourth & share) for share in early]
    assert sorted(met) == [2, 3, 3]


def test_shares_do_not_depend_on_how_many_readers_there_will_be():
    cases = pool(30)
    late = rota_share(cases, 11, 40, SEED, name="synthetic")
    assert shares(cases, 11, 9) == shares(cases, 11, 9)
    assert rota_share(cases, 11, 40, SEED, name="synthetic") == late
    assert shares(cases, 11, 4, b"another-seed-16b") != shares(cases, 11, 4)


def test_each_share_has_its_part_of_each_stratum():
    for share in shares(pool(80, strata=4), 20, 8):
        counts = Counter(case.stratum for case in share)
        assert set(counts.values()) <= {3, 4, 5, 6, 7}


def test_every_case_is_as_likely_as_another_to_be_first_dealt():
    times: Counter[str] = Counter()
    for number in range(400):
        times.update(case.code for case in rota_share(pool(10), 4, 0, number.to_bytes(16, "big"), name="x"))
    # Chi-square over 10 cases: 9 degrees of freedom, 99.9 % quantile 27.9 (without replacement it is less).
    assert sum((times[f"{n:03d}"] - 160) ** 2 / 160 for n in range(10)) < 27.9
