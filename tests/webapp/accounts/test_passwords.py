"""What is refused as a password, and how often a wrong one may be tried."""

from __future__ import annotations

import datetime
import logging

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from webapp.accounts.models import User, WrongPassword
from webapp.accounts.passwords import ACCOUNT_MOST, CONFIRM_MOST, account_closed, password_confirm
from webapp.accounts.second_factor import OWED
from webapp.accounts.services import user_create
from webapp.core.errors import QuotaError

PASSWORD = "a long enough phrase"


@pytest.mark.parametrize(
    "password",
    [
        "elevenchars",
        "unbelievable"[:11],
        "mambo-reader-7",
        "password1234",
        "breaststudy2026",
        "x" * 129,
        "somebody-else",
    ],
)
def test_weak_passwords_are_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, User(username="somebody-else"))


@pytest.mark.parametrize(
    "password", ["twelve chars", "        ~~~~", "ж" * 64, "x1" * 64, "the study of owls at dusk"]
)
def test_any_composition_of_twelve_to_128_characters_is_taken(password):
    validate_password(password, User(username="somebody-else"))


@pytest.mark.django_db
def test_wrong_passwords_close_what_asks_for_it_again():
    user = user_create(username="ada", password=PASSWORD, role="admin")
    for _ in range(CONFIRM_MOST):
        assert not password_confirm(user, "wrong")
    with pytest.raises(QuotaError):
        password_confirm(user, PASSWORD)
    WrongPassword.objects.update(at=timezone.now() - datetime.timedelta(minutes=11))
    assert password_confirm(user, PASSWORD)


@pytest.mark.django_db
def test_password_page_counts_wrong_present_passwords(client):
    user = user_create(username="ada", password=PASSWORD, role="reader")
    client.force_login(user)
    new = {"new_password1": "quite another phrase", "new_password2": "quite another phrase"}
    for _ in range(CONFIRM_MOST):
        assert client.post(reverse("accounts:password"), {"old_password": "wrong", **new}).status_code == 200
    assert client.post(reverse("accounts:password"), {"old_password": PASSWORD, **new}).status_code == 429


@pytest.mark.django_db
def test_account_that_is_guessed_from_many_addresses_closes(client):
    user = user_create(username="ada", password=PASSWORD, role="reader")
    for number in range(3):
        address = f"192.0.2.{number}"
        client.post(reverse("accounts:sign-in"), {"username": "ada", "password": "wrong"}, REMOTE_ADDR=address)
    assert WrongPassword.objects.filter(user=user).count() == 3
    now = timezone.now()
    WrongPassword.objects.bulk_create(WrongPassword(user=user, at=now) for _ in range(ACCOUNT_MOST - 3))
    fields = {"username": "ada", "password": PASSWORD}
    assert client.post(reverse("accounts:sign-in"), fields, REMOTE_ADDR="192.0.2.99").status_code == 429
    WrongPassword.objects.update(at=now - datetime.timedelta(minutes=61))
    assert not account_closed("ada")
    assert client.post(reverse("accounts:sign-in"), fields, REMOTE_ADDR="192.0.2.99").status_code == 302


@pytest.mark.django_db
def test_one_address_closes_a_name_for_itself_alone(client):
    user_create(username="ada", password=PASSWORD, role="reader")
    wrong, right = ({"username": "ada", "password": word} for word in ("wrong", PASSWORD))
    answers = [
        client.post(reverse("accounts:sign-in"), wrong, REMOTE_ADDR="192.0.2.1").status_code
        for _ in range(ACCOUNT_MOST + 20)
    ]
    assert answers[-1] == 429
    assert WrongPassword.objects.count() < 15
    assert client.post(reverse("accounts:sign-in"), right, REMOTE_ADDR="192.0.2.2").status_code == 302


@pytest.mark.django_db
def test_log_tells_of_sign_ins_by_number_and_of_no_name_or_password(client, caplog):
    with caplog.at_level(logging.INFO, logger="webapp"):
        user = user_create(username="ada", password=PASSWORD, role="reader")
        client.post(reverse("accounts:sign-in"), {"username": "ada", "password": "wrong-secret"})
        client.post(reverse("accounts:sign-in"), {"username": "pw-as-name", "password": "x"})
        client.post(reverse("accounts:sign-in"), {"username": "ada", "password": PASSWORD})
        client.get(reverse("imaging:library"))
        client.post(reverse("accounts:sign-out"))
    said = [record.getMessage() for record in caplog.records if record.name.startswith("webapp.")]
    assert said == [
        f"account made: account {user.pk}, role reader",
        f"sign-in refused: account {user.pk}",
        "sign-in refused: account unknown",
        f"signed in: account {user.pk}, role reader",
        f"refused: GET imaging:library, account {user.pk}, not_allowed",
        f"signed out: account {user.pk}",
    ]
    assert not any(word in caplog.text for word in ("ada", "wrong-secret", "pw-as-name", PASSWORD))


@pytest.mark.django_db
def test_every_way_in_owes_the_second_factor(client, settings, rf):
    from django.contrib.auth import login

    settings.STAFF_SECOND_FACTOR = True
    user = user_create(username="ada", password=PASSWORD, role="staff")
    request = rf.get("/")
    request.session = client.session
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    assert request.session[OWED]


@pytest.mark.django_db
def test_session_that_owes_a_second_factor_makes_no_token(client, settings):
    settings.STAFF_SECOND_FACTOR = True
    user_create(username="ada", password=PASSWORD, role="admin")
    client.post(reverse("accounts:sign-in"), {"username": "ada", "password": PASSWORD})
    for page in ("accounts:tokens", "accounts:account", "accounts:password"):
        assert client.get(reverse(page)).url == reverse("accounts:second-factor")
