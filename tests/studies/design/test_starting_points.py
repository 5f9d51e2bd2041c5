"""Every starting point is a protocol that can be locked as it is."""

from __future__ import annotations

import pytest

from studies.design.protocol import protocol_check
from studies.design.starting_points import STARTING_POINTS, starting_point


@pytest.mark.parametrize("point", STARTING_POINTS, ids=lambda point: point.key)
def test_starting_point_is_valid_and_names_itself(point):
    body = point.make()
    protocol_check(body)
    assert body["template"] == point.key


def test_starting_points_make_documents_of_their_own():
    for point in STARTING_POINTS:
        first, second = point.make(), point.make()
        first["design"]["max_run"] = 99
        first["questions"][0]["label"] = "Changed"
        assert second != first
        assert second["questions"][0]["label"] != "Changed"


def test_unknown_starting_point_is_none():
    assert starting_point("nothing") is None
