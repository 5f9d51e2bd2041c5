"""When sessions end: without requests, after the day's hours, and everywhere at once."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from webapp.accounts.services import user_create
from webapp.accounts.sessions import BEGAN

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough phrase"
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def reader():
    return user_create(username="rea", password=PASSWORD, role="reader")


def signed_in(name="rea"):
    client = Client()
    assert client.post(reverse("accounts:sign-in"), {"username": name, "password": PASSWORD}).status_code == 302
    return client


def is_in(client):
    return client.get(reverse("accounts:account")).status_code == 200


def row(client):
    return Session.objects.get(session_key=client.session.session_key)


def test_sign_in_takes_a_new_key(client, reader):
    client.get(reverse("accounts:sign-in"))
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    client.post(reverse("accounts:sign-in"), {"username": "rea", "password": PASSWORD})
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_session_ends_without_requests(reader, settings):
    client = signed_in()
    left = row(client).expire_date - timezone.now()
    assert abs(left.total_seconds() - settings.SESSION_IDLE_S) < 30
    Session.objects.update(expire_date=timezone.now() - MINUTE)
    assert not is_in(client)


def test_request_moves_the_end_and_what_pages_ask_by_themselves_does_not(reader):
    client = signed_in()
    soon = timezone.now() + 2 * MINUTE
    Session.objects.update(expire_date=soon)
    client.get("/api/studies/x/progress/")
    assert row(client).expire_date == soon
    assert is_in(client)
    assert row(client).expire_date > soon + 20 * MINUTE


def test_request_writes_nothing_else_of_the_session(reader):
    client = signed_in()
    Session.objects.update(expire_date=timezone.now() + 2 * MINUTE)
    before = row(client).session_data
    assert is_in(client)
    assert row(client).session_data == before


def test_session_ends_after_its_hours_whatever_happens(reader, settings):
    client = signed_in()
    session = client.session
    session[BEGAN] = timezone.now().timestamp() - settings.SESSION_COOKIE_AGE + 60
    session.save()
    assert is_in(client)
    assert row(client).expire_date < timezone.now() + 2 * MINUTE
    session[BEGAN] -= 120
    session.save()
    assert not is_in(client)


def test_other_devices_are_signed_out_and_this_one_is_not(reader):
    here, there = signed_in(), signed_in()
    assert here.post(reverse("accounts:sessions")).status_code == 302
    assert is_in(here)
    assert not is_in(there)


def test_new_password_signs_other_devices_out(reader):
    here, there = signed_in(), signed_in()
    new = {
        "old_password": PASSWORD,
        "new_password1": "quite another phrase",
        "new_password2": "quite another phrase",
    }
    assert here.post(reverse("accounts:password"), new).status_code == 302
    assert is_in(here)
    assert not is_in(there)


def test_inactive_account_is_out_at_once(reader):
    client = signed_in()
    reader.is_active = False
    reader.save()
    assert not is_in(client)


def test_command_ends_the_sessions_of_a_person_or_of_everybody(reader, capsys):
    user_create(username="other", password=PASSWORD, role="reader")
    first, second = signed_in(), signed_in("other")
    call_command("end_sessions", "rea")
    assert not is_in(first)
    assert is_in(second)
    call_command("end_sessions", "--all")
    assert not is_in(second)
    for wrong in ([], ["nobody"], ["rea", "--all"]):
        with pytest.raises(CommandError):
            call_command("end_sessions", *wrong)


def test_old_key_of_the_site_keeps_a_session(reader, settings):
    client = signed_in()
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2
    settings.SECRET_KEY_FALLBACKS = [old]
    assert is_in(client)
    settings.SECRET_KEY_FALLBACKS = []
    assert is_in(client)  # by now it is signed with the new one


def test_sign_out_ends_the_row_and_clears_the_cache_but_not_unsent_answers(reader):
    client = signed_in()
    key = client.session.session_key
    answer = client.post(reverse("accounts:sign-out"))
    assert answer["Clear-Site-Data"] == '"cache"'
    assert not Session.objects.filter(session_key=key).exists()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_sign_in_leads_to_no_other_site(client, reader, target):
    fields = {"username": "rea", "password": PASSWORD, "next": target}
    assert client.post(reverse("accounts:sign-in"), fields).url == reverse("home")
