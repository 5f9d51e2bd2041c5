"""Signing in with a second factor, and what too many wrong passwords do."""

from __future__ import annotations

import re
import time

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from webapp.accounts.second_factor import second_factor_on
from webapp.accounts.services import user_create

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password-1"


@pytest.fixture
def admin():
    return user_create(username="ada", password=PASSWORD, role="admin")


def sign_in(client, password=PASSWORD, name="ada"):
    return client.post(reverse("accounts:sign-in"), {"username": name, "password": password})


def code_now(user, steps=0):
    device = TOTPDevice.objects.get(user=user)
    return f"{totp(device.bin_key, t0=device.t0 - steps * device.step, digits=device.digits):06d}"


def enroll(client, user):
    page = client.get(reverse("accounts:second-factor")).content.decode()
    assert "<svg" in page
    assert "style=" not in page
    fields = {"code": code_now(user), "password": PASSWORD}
    text = client.post(reverse("accounts:second-factor"), fields).content.decode()
    return re.findall(r"<li>((?:[a-z2-7]{4}-){5}[a-z2-7]{4})</li>", text)


def test_code_is_asked_after_the_password_and_works_once(client, admin):
    sign_in(client)
    assert len(enroll(client, admin)) == 8
    client.post(reverse("accounts:sign-out"))
    answer = sign_in(client)
    assert answer.url == reverse("accounts:code")
    assert client.get(reverse("studies:study-list")).status_code == 302  # not signed in yet
    assert client.post(reverse("accounts:code"), {"code": "000000"}).status_code == 403
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    used = code_now(admin)
    assert client.post(reverse("accounts:code"), {"code": used}).status_code == 403  # it turned the factor on
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None, last_t=-1)
    assert client.post(reverse("accounts:code"), {"code": used}).status_code == 302
    assert client.get(reverse("studies:study-list")).status_code == 200


def test_recovery_code_works_once(client, admin):
    sign_in(client)
    codes = enroll(client, admin)
    for expected in (302, 403):
        client.post(reverse("accounts:sign-out"))
        sign_in(client)
        assert client.post(reverse("accounts:code"), {"code": codes[0].upper()}).status_code == expected


def test_wrong_codes_make_the_next_wait(client, admin):
    sign_in(client)
    enroll(client, admin)
    client.post(reverse("accounts:sign-out"))
    sign_in(client)
    TOTPDevice.objects.update(last_t=-1)
    for _ in range(3):
        client.post(reverse("accounts:code"), {"code": "000000"})
    assert client.post(reverse("accounts:code"), {"code": code_now(admin)}).status_code == 403


def test_password_alone_waits_five_minutes_only(client, admin, monkeypatch):
    sign_in(client)
    enroll(client, admin)
    client.post(reverse("accounts:sign-out"))
    sign_in(client)
    session = client.session
    session["second_factor_waiting"] = {**session["second_factor_waiting"], "at": time.time() - 301}
    session.save()
    assert client.get(reverse("accounts:code")).url == reverse("accounts:sign-in")


def test_staff_must_set_it_up_where_the_site_says_so(client, admin, settings):
    settings.STAFF_SECOND_FACTOR = True
    assert sign_in(client).url == reverse("accounts:second-factor")
    assert client.get(reverse("studies:study-list")).url == reverse("accounts:second-factor")
    assert client.get("/api/studies/x/progress/").json()["error"]["code"] == "second_factor"
    enroll(client, admin)
    assert client.get(reverse("studies:study-list")).status_code == 200


def test_readers_are_not_asked_where_staff_are(client, settings):
    settings.STAFF_SECOND_FACTOR = True
    user_create(username="rea", password=PASSWORD, role="reader")
    assert sign_in(client, name="rea").url == reverse("home")
    assert client.get(reverse("studies:reader-home")).status_code == 200


def test_removal_needs_the_password(client, admin):
    sign_in(client)
    enroll(client, admin)
    page = reverse("accounts:second-factor")
    assert client.post(page, {"remove": "1", "password": "wrong"}).status_code == 400
    assert second_factor_on(admin)
    assert client.post(page, {"remove": "1", "password": PASSWORD}).status_code == 302
    assert not second_factor_on(admin)


def test_too_many_wrong_passwords_close_one_name_and_no_other(client, admin, settings):
    user_create(username="eve", password=PASSWORD, role="admin")
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        assert sign_in(client, "wrong").status_code == 200
    assert sign_in(client, "wrong").status_code == 429
    closed = sign_in(client)
    assert closed.status_code == 429
    assert "Wait ten minutes" in closed.content.decode()
    assert sign_in(client, name="eve").status_code == 302


def test_password_is_changed_with_the_present_one(client, admin):
    sign_in(client)
    page = reverse("accounts:password")
    new = {"new_password1": "another-long-one-2", "new_password2": "another-long-one-2"}
    assert client.post(page, {"old_password": "wrong", **new}).status_code == 200
    assert client.post(page, {"old_password": PASSWORD, **new}).status_code == 302
    assert client.get(reverse("accounts:account")).status_code == 200
    client.post(reverse("accounts:sign-out"))
    assert sign_in(client, "another-long-one-2").status_code == 302


def test_recovery_codes_are_kept_as_hashes_that_open_nothing(client, admin):
    sign_in(client)
    codes = enroll(client, admin)
    kept = list(StaticToken.objects.values_list("token", flat=True))
    assert len(kept) == 8
    assert not {code.replace("-", "") for code in codes} & set(kept)
    client.post(reverse("accounts:sign-out"))
    sign_in(client)
    assert client.post(reverse("accounts:code"), {"code": kept[0]}).status_code == 403


def test_setting_it_up_in_a_session_needs_the_password(client, admin):
    sign_in(client)
    client.get(reverse("accounts:second-factor"))
    answer = client.post(reverse("accounts:second-factor"), {"code": code_now(admin), "password": "wrong"})
    assert answer.status_code == 400
    assert not second_factor_on(admin)


def test_change_of_the_factor_ends_other_sessions(client, admin):
    other = Client()
    for one in (client, other):
        sign_in(one)
    enroll(client, admin)
    assert client.get(reverse("accounts:account")).status_code == 200
    assert other.get(reverse("accounts:account")).status_code == 302


def test_removal_where_it_is_asked_of_staff_leaves_nothing_open(client, admin, settings):
    sign_in(client)
    enroll(client, admin)
    settings.STAFF_SECOND_FACTOR = True
    client.post(reverse("accounts:second-factor"), {"remove": "1", "password": PASSWORD})
    assert client.get(reverse("studies:study-list")).url == reverse("accounts:second-factor")


def test_codes_of_the_phone_do_not_use_up_the_patience_with_recovery_codes(client, admin):
    sign_in(client)
    codes = enroll(client, admin)
    for _ in range(3):
        client.post(reverse("accounts:sign-out"))
        sign_in(client)
        TOTPDevice.objects.update(last_t=-1)
        assert client.post(reverse("accounts:code"), {"code": code_now(admin)}).status_code == 302
    assert StaticDevice.objects.get().throttling_failure_count == 0
    client.post(reverse("accounts:sign-out"))
    sign_in(client)
    assert client.post(reverse("accounts:code"), {"code": codes[3]}).status_code == 302
