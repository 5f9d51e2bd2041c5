"""The rows of the generation benchmark say what against what."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bench.generation import _computes, _lockstep_rows, _middle
from bench.generation_site import wait_for


def test_lockstep_is_told_as_times_faster_than_one_after_another():
    alone, together = _lockstep_rows(8, 80.0, 40.0)
    assert (alone.value, together.value, together.ratio) == (360.0, 720.0, 2.0)
    assert together.peer == "one after another"


def test_middle_is_the_median_of_an_odd_number():
    assert _middle([3.0, 1.0, 2.0]) == 2.0


def test_wait_ends_with_the_time_or_with_what_was_waited_for():
    seen = iter([False, True])
    assert 0 < wait_for(lambda: next(seen), "the second look") < 5
    with pytest.raises(RuntimeError, match="the moon"):
        wait_for(lambda: False, "the moon", seconds=0.05)


def test_computing_is_told_by_the_processor_time_of_children():
    idle = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        assert not _computes(idle)
    finally:
        idle.kill()
        idle.wait()
