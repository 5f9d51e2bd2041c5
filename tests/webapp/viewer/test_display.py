"""The page of the display's self-check, and what is kept of it."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from tests.webapp.viewer.test_display_result import GOOD
from webapp.viewer.models import DisplayCheck

pytestmark = pytest.mark.django_db


def save(client, body):
    return client.post(reverse("viewer:display-save"), body, content_type="application/json")


def test_display_is_open_to_readers_and_shows_no_picture(client, people, add):
    add("phantom")
    client.force_login(people["reader"])
    page = client.get(reverse("viewer:display")).content.decode()
    assert "A visual check, not a calibration" in page
    assert "/t/" not in page


def test_display_check_is_kept_for_the_person(client, people):
    client.force_login(people["reader"])
    response = save(client, json.dumps(GOOD))
    assert (response.status_code, response.json()) == (201, {"passed": True})
    kept = DisplayCheck.objects.get()
    assert (kept.user, kept.passed, kept.result) == (people["reader"], True, GOOD)


@pytest.mark.parametrize("body", ["{", "[]", "{}", json.dumps(GOOD | {"black": 1}), '"' + "x" * 9000 + '"'])
def test_display_check_refuses_what_is_no_result(client, people, body):
    client.force_login(people["reader"])
    response = client.post(
        reverse("viewer:display-save"),
        body,
        content_type="application/json",
        headers={"Accept": "application/json"},
    )
    assert response.status_code == 400
    assert "was not kept" in response.json()["error"]["message"]
    assert not DisplayCheck.objects.exists()


def test_display_check_asks_people_to_sign_in(client, db):
    assert save(client, json.dumps(GOOD)).status_code == 302
    assert not DisplayCheck.objects.exists()
