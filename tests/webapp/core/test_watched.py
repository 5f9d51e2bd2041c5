"""Every request is numbered, counted by the name of its address, and written down once."""

from __future__ import annotations

import logging

import pytest

from webapp.core import watched
from webapp.core.figures import Figures

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(monkeypatch):
    """Counts of this test alone."""
    made = Figures()
    monkeypatch.setattr(watched, "figures", made)
    return made


def test_request_is_counted_by_name_method_and_kind_of_answer(client, counted):
    client.get("/accounts/sign-in/")
    client.get(f"/read/{'x' * 22}/")
    client.get("/nothing/here/")
    client.generic("BREW", "/nothing/here/")
    told = counted.take()
    asked = {labels: n for (name, labels, _), n in told.items() if name == "mambo_web_requests_total"}
    assert asked["GET", "accounts:sign-in", "2xx"] == 1
    assert asked["GET", "none", "4xx"] == 1
    assert asked["other", "none", "4xx"] == 1
    assert not any("/" in label for labels in asked for label in labels)


def test_log_line_answer_and_page_bear_one_number(client, caplog, counted):
    with caplog.at_level(logging.INFO, "webapp.request"):
        answer = client.get("/nothing/here/", headers={"X-Request-ID": "c0ffee" * 4})
    assert answer.headers["X-Request-ID"] == "c0ffee" * 4
    assert "c0ffee" * 4 in answer.content.decode()
    (line,) = [one for one in caplog.records if one.name == "webapp.request"]
    assert line.facts["view"] == "none"
    assert "/nothing/" not in line.getMessage()


def test_refusal_in_json_has_the_number_in_its_header_alone(client, counted):
    answer = client.get("/nothing/here/", headers={"X-Request-ID": "c0ffee" * 4, "Accept": "application/json"})
    assert answer.headers["X-Request-ID"] == "c0ffee" * 4
    assert answer.json() == {"error": {"code": "404", "message": "There is nothing here", "field": None}}


def test_who_asks_is_known_without_asking_the_database(client, django_user_model, monkeypatch, counted):
    user = django_user_model.objects.create_user("ada", password="a-long-password")
    seen = []
    monkeypatch.setattr(watched, "_note", lambda request, response, under_way, took: seen.append(under_way.who()))
    client.get("/accounts/sign-in/")
    client.force_login(user)
    client.get("/accounts/sign-in/")
    assert seen[0] is None
    assert seen[1] == user.pk
