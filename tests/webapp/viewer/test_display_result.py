"""The one shape that a display's self-check may have."""

from __future__ import annotations

import copy

import pytest

from webapp.viewer.display_result import checked_result, result_passed

GOOD = {
    "pitch_mm": 0.2745,
    "black": True,
    "white": True,
    "lines": True,
    "letters": [
        {"background": 12, "smallest": 2},
        {"background": 128, "smallest": 1},
        {"background": 242, "smallest": 8},
    ],
    "screen": {
        "width": 2560,
        "height": 1440,
        "ratio": 1.25,
        "depth": 24,
        "gamut": "srgb",
        "drawer": "webgl",
        "exact": True,
        "browser": "Mozilla/5.0",
    },
}


def changed(path, value):
    body = copy.deepcopy(GOOD)
    *way, last = path
    place = body
    for step in way:
        place = place[step]
    place[last] = value
    return body


def test_good_result_comes_back_as_it_is():
    assert checked_result(GOOD) == GOOD
    assert result_passed(checked_result(GOOD))


def test_unknown_fields_are_left_out():
    body = copy.deepcopy(GOOD) | {"name": "somebody"}
    body["screen"] = body["screen"] | {"serial": "123"}
    assert checked_result(body) == GOOD


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("black",), False),
        (("lines",), False),
        (("letters", 2, "smallest"), None),
        (("screen", "exact"), False),
    ],
)
def test_what_was_not_seen_does_not_pass(path, value):
    assert not result_passed(checked_result(changed(path, value)))


def test_a_size_that_was_not_measured_is_none():
    assert checked_result(changed(("pitch_mm",), None))["pitch_mm"] is None


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("pitch_mm",), 5, "pitch_mm"),
        (("pitch_mm",), float("nan"), "pitch_mm"),
        (("black",), "yes", "black"),
        (("letters",), [], "letters"),
        (("letters", 0, "smallest"), 4, "smallest"),
        (("letters", 0, "smallest"), True, "smallest"),
        (("letters", 1, "background"), 12, "letters"),
        (("screen",), None, "screen"),
        (("screen", "width"), True, "width"),
        (("screen", "gamut"), "wide", "gamut"),
        (("screen", "browser"), 7, "browser"),
    ],
)
def test_a_wrong_field_is_named(path, value, named):
    with pytest.raises(ValueError, match=named):
        checked_result(changed(path, value))
