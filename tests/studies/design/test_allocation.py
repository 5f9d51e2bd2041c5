"""Every reader reads every case."""

import pytest

from studies.design.allocation import fully_crossed
from studies.design.errors import DesignError


def test_fully_crossed_gives_every_case_to_every_reader():
    assert fully_crossed(["A", "B"], ["x", "y"]) == {"A": ("x", "y"), "B": ("x", "y")}


@pytest.mark.parametrize(("readers", "cases"), [(["A", "A"], ["x"]), (["A"], ["x", "x"])])
def test_fully_crossed_refuses_a_code_twice(readers, cases):
    with pytest.raises(DesignError, match="more than once"):
        fully_crossed(readers, cases)
