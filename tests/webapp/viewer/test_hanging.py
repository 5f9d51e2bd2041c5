"""How pictures hang beside each other."""

from __future__ import annotations

import pytest

from webapp.viewer.hanging import Position, hang

RMLO, LMLO, RCC, LCC = (Position(side, view) for view in ("MLO", "CC") for side in ("R", "L"))


def test_four_views_hang_mlo_over_cc_with_the_right_breast_left_and_mirrored():
    hanging = hang([LCC, RMLO, RCC, LMLO])
    assert hanging.order == (1, 3, 2, 0)
    assert hanging.mirrored == (True, False, True, False)
    assert [(step.name, step.panes, step.columns) for step in hanging.steps] == [
        ("All", (0, 1, 2, 3), 2),
        ("MLO", (0, 1), 2),
        ("CC", (2, 3), 2),
    ]


def test_a_pair_is_one_arrangement_back_to_back():
    hanging = hang([LCC, RCC])
    assert hanging.order == (1, 0)
    assert hanging.mirrored == (True, False)
    assert [step.panes for step in hanging.steps] == [(0, 1)]


def test_two_takes_of_one_position_hang_alike_and_as_given():
    hanging = hang([RCC, RCC])
    assert hanging.order == (0, 1)
    assert hanging.mirrored == (False, False)


def test_a_pair_with_its_priors_hangs_row_by_row():
    hanging = hang([RCC, RCC, LCC, LCC])
    assert hanging.order == (0, 2, 1, 3)
    assert [(step.name, step.panes) for step in hanging.steps] == [
        ("All", (0, 1, 2, 3)),
        ("CC", (0, 1)),
        ("CC, second", (2, 3)),
    ]


def test_pictures_of_unknown_position_hang_as_given():
    hanging = hang([Position("", ""), LCC, Position("", "")])
    assert hanging.order == (1, 0, 2)
    assert not any(hanging.mirrored)
    assert hanging.steps[0].columns == 3


@pytest.mark.parametrize("count", [0, 5])
def test_none_or_more_than_four_are_refused(count):
    with pytest.raises(ValueError, match=f"got {count}"):
        hang([RCC] * count)
