"""Each allocation names the setting that it lacks."""

import pytest

from studies.design.errors import DesignError
from studies.design.protocol import protocol_check
from studies.design.templates import paper_protocol


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"allocation": "split_plot"}, "design.groups"),
        ({"allocation": "incomplete_blocks"}, "design.per_reader"),
        ({"allocation": "crossover"}, "design.sessions"),
        (
            {
                "allocation": "incomplete_blocks",
                "per_reader": {"synthetic": 4, "original": 4},
                "anchor": {"synthetic": 5, "original": 0},
            },
            "design.anchor.synthetic",
        ),
        ({"allocation": "latin_square"}, "design.allocation"),
    ],
)
def test_a_design_without_its_setting_is_named(settings, field):
    body = paper_protocol()
    body["design"] |= settings
    with pytest.raises(DesignError) as caught:
        protocol_check(body)
    assert caught.value.field == field


def test_the_papers_incomplete_blocks_are_taken():
    body = paper_protocol()
    body["design"] |= {"allocation": "incomplete_blocks", "per_reader": {"synthetic": 182, "original": 116}}
    protocol_check(body)


def test_pairs_ask_for_a_side():
    body = paper_protocol()
    body["design"]["allocation"] = "pairs"
    with pytest.raises(DesignError, match="'side'"):
        protocol_check(body)
    sides = [{"value": "left", "label": "Left"}, {"value": "right", "label": "Right"}]
    body["questions"][0] |= {"key": "side", "options": sides}
    with pytest.raises(DesignError, match="pairs show two"):
        protocol_check(body)
    body["questions"] = [question for question in body["questions"] if question["kind"] != "marks"]
    protocol_check(body)
    body["design"]["repeats"] = {"count": 2, "distance": 40}
    with pytest.raises(DesignError, match="pairs have none") as caught:
        protocol_check(body)
    assert caught.value.field == "design.repeats"
