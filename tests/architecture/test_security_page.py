"""docs/security.md answers every requirement once, and what it points to is there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/security.md").read_text()
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (met|partly|not met|n/a) \| (.*) \|$", PAGE, re.MULTILINE)
# How many requirements of levels 1 and 2 each chapter of ASVS 5.0.0 has.
CHAPTERS = {
    1: 27,
    2: 11,
    3: 19,
    4: 10,
    5: 9,
    6: 35,
    7: 18,
    8: 7,
    9: 7,
    10: 29,
    11: 14,
    12: 9,
    13: 13,
    14: 9,
    15: 13,
    16: 16,
    17: 7,
}
PATHS = re.compile(r"`((?:[\w.-]+/)+[\w.-]+|constraints\.txt|package-lock\.json)`")


def test_every_requirement_is_answered_once():
    numbers = [number for number, *_ in ROWS]
    assert len(numbers) == len(set(numbers)) == sum(CHAPTERS.values())
    assert Counter(int(number.split(".")[0]) for number in numbers) == CHAPTERS


def test_sum_is_the_rows():
    states = Counter(state for _, _, state, _ in ROWS)
    words = ("met", "partly", "not met", "n/a")
    said = re.search(r"\*\*In sum\*\*: (\d+) met, (\d+) partly, (\d+) not met, (\d+) not applicable", PAGE)
    assert [int(number) for number in said.groups()] == [states[word] for word in words]


def test_what_is_not_met_says_why():
    assert [number for number, _, state, how in ROWS if state in {"partly", "not met"} and len(how) < 20] == []


@pytest.mark.parametrize("told", ["docs/security.md", "docs/threat-model.md"])
def test_every_file_that_is_named_is_there(told):
    named = PATHS.findall((ROOT / told).read_text())
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists() and not name.startswith("accounts/")] == []
