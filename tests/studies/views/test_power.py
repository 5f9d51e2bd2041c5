"""The power page answers in the user's terms, refuses with the field's name, and simulates in chunks."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from studies.views.power import CHUNKS, paper_spread, planned
from tests.studies.conftest import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(person("stella", "staff"))
    return client


def test_page_says_the_power_of_the_study_and_of_others_around_it(staff):
    page = staff.get(reverse("studies:power"), {"auc": "0.6", "readers": "7", "cases": "250", "spread": "like"})
    text = " ".join(page.content.decode().split())
    percent = page.context["percent"]
    assert percent == int(100 * planned(page.context["fields"]).question.power(7, 250))
    assert f"<strong>{percent} %</strong> power with 7 readers and 250 cases" in text
    assert "find an AUC of 0.6 against 0.5" in text
    assert text.count('aria-current="true"') == 1  # the size asked for stands in the grid
    (row,) = [row for row in page.context["rows"] if row["readers"] == 7]
    assert 10 < row["needed"] < 2000


def test_table_2_says_that_six_such_readers_never_reach_it(staff):
    page = staff.get(reverse("studies:power"), {"spread": "table2", "readers": "6", "cases": "298"})
    assert "over 2,000" in page.content.decode()
    assert page.context["reader_variance"] == paper_spread()


def test_equivalence_is_asked_with_its_margin(staff):
    page = staff.get(reverse("studies:power"), {"aim": "cannot", "auc": "0.5", "margin": "0,12"})
    assert "lies within 0.12 of 0.5" in page.content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"auc": "high"}, "AUC: got &#x27;high&#x27;"),
        ({"auc": "nan"}, "AUC: got"),
        ({"auc": "0.5"}, "readers at chance"),
        ({"readers": "1"}, "Readers: got &#x27;1&#x27;, expected 2 to 40"),
        ({"cases": "20.5"}, "Cases: got 20.5, expected a whole number"),
        ({"share": "100"}, "Synthetic: got"),
        ({"spread": "none"}, "spread: got &#x27;none&#x27;"),
    ],
)
def test_what_is_out_of_range_is_named_and_the_form_stays(staff, fields, words):
    page = staff.get(reverse("studies:power"), fields)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert 'name="auc"' in page.content.decode()


def test_chunks_are_the_same_again_and_bounded(staff):
    address, fields = reverse("studies:power-simulate"), {"readers": "4", "cases": "40", "chunk": "1"}
    first = json.loads(staff.get(address, fields).content)
    assert first == json.loads(staff.get(address, fields).content)
    assert (first["runs"], first["seed"]) == (50, 1)
    assert 0 <= first["reached"] <= 50
    assert staff.get(address, fields | {"chunk": str(CHUNKS)}).status_code == 400
    large = fields | {"readers": "40", "cases": "2000"}
    refused = staff.get(address, large, headers={"accept": "application/json"})
    assert (refused.status_code, refused.json()["error"]["field"]) == (400, "cases")


def test_readers_and_visitors_see_no_power_page(client):
    assert client.get(reverse("studies:power")).status_code == 302
    client.force_login(person("rea", "reader"))
    assert client.get(reverse("studies:power")).status_code == 403
