"""security.txt stands where a contact is set."""

from __future__ import annotations

import datetime
import re

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from webapp.config import env

pytestmark = pytest.mark.django_db


def test_contact_of_the_settings_is_told_with_an_end(settings):
    settings.SECURITY_CONTACT = "https://reader.example.org/contact"
    answer = Client().get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    text = answer.content.decode()
    assert "Contact: https://reader.example.org/contact\n" in text
    expires = datetime.datetime.fromisoformat(re.search(r"Expires: (\S+)", text)[1])
    left = expires - datetime.datetime.now(datetime.UTC)
    assert datetime.timedelta(days=170) < left < datetime.timedelta(days=365)


def test_without_a_contact_there_is_nothing(settings):
    settings.SECURITY_CONTACT = ""
    assert Client().get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize("wrong", ["somebody@example.org", "http://example.org", "mailto:a@example.org\nX: y"])
def test_contact_that_is_no_address_stops_the_start(monkeypatch, wrong):
    monkeypatch.setenv("MAMBO_SECURITY_CONTACT", wrong)
    with pytest.raises(ImproperlyConfigured, match="MAMBO_SECURITY_CONTACT"):
        env.contact("MAMBO_SECURITY_CONTACT")
