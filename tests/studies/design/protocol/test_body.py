"""A protocol is valid or refused by name, and its hash moves with every word."""

import copy

import pytest

from studies.design.errors import DesignError
from studies.design.protocol import protocol_check, protocol_hash, question_by_key
from studies.design.templates import paper_protocol


def test_the_papers_protocol_is_valid_and_asks_its_questions():
    body = paper_protocol()
    protocol_check(body)
    assert [question["key"] for question in body["questions"]] == [
        "origin", "confidence", "birads", "density", "marks",
    ]  # fmt: skip


def test_hash_moves_with_every_change():
    body = paper_protocol()
    other = copy.deepcopy(body)
    other["instructions"] += " "
    assert protocol_hash(body) != protocol_hash(other)
    assert protocol_hash(body) == protocol_hash(copy.deepcopy(body))


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("analysis", "margin"), 0, "analysis.margin"),
        (("analysis", "margin"), "wide", "analysis.margin"),
        (("design", "max_run"), 0, "design.max_run"),
        (("instructions",), "", "instructions"),
        (("questions",), [], "questions"),
        (("schema",), 2, "schema"),
    ],
)
def test_wrong_value_is_refused_by_name(path, value, field):
    body = paper_protocol()
    part = body
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    with pytest.raises(DesignError) as caught:
        protocol_check(body)
    assert caught.value.field == field


def test_unknown_key_doubled_question_and_missing_origin_are_refused():
    for change in (
        lambda b: b.update(extra=1),
        lambda b: b["questions"].append(b["questions"][0]),
        lambda b: b["questions"].pop(0),
        lambda b: b["questions"][0]["options"].append(b["questions"][0]["options"][0]),
    ):
        body = paper_protocol()
        change(body)
        with pytest.raises(DesignError):
            protocol_check(body)


def test_question_by_key_finds_or_gives_none():
    assert question_by_key(paper_protocol(), "birads")["label"] == "BI-RADS"
    assert question_by_key(paper_protocol(), "age") is None
