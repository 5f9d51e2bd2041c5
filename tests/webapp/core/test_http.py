"""Refusals as programs and as people get them."""

from __future__ import annotations

import pytest
from django.db import DataError
from django.test import Client

import webapp.config.urls as urls

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/api/openapi.json", "/api/studies/x/progress/", "/api/generation/model/"])
def test_program_that_is_signed_out_is_told_so_and_led_nowhere(path):
    answer = Client().get(path)
    assert answer.status_code in {401, 403}
    assert set(answer.json()["error"]) == {"code", "message", "field"}


def test_person_who_is_signed_out_is_led_to_the_sign_in_page_and_back():
    for path in ("/studies/?page=2", "/api/docs/"):
        answer = Client().get(path)
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/sign-in/?next=")


@pytest.mark.parametrize("error", [DataError("cannot contain NUL"), "\ud800"])
def test_what_can_not_be_stored_is_the_senders_mistake(monkeypatch, error):
    def store(request):
        if isinstance(error, Exception):
            raise error
        error.encode()

    monkeypatch.setattr(urls.urlpatterns[0], "callback", store)
    page, told = Client().get("/"), Client().get("/", headers={"accept": "application/json"})
    assert (page.status_code, told.status_code) == (400, 400)
    assert told.json()["error"]["message"] == "It holds characters or numbers that can't be kept."
    assert "NUL" not in page.content.decode()


def test_mistakes_of_ours_stay_ours(monkeypatch):
    def broken(request):
        raise ValueError("ours")

    monkeypatch.setattr(urls.urlpatterns[0], "callback", broken)
    assert Client(raise_request_exception=False).get("/").status_code == 500
