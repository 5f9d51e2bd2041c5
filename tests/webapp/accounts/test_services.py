"""Accounts are created whole or not at all."""

import pytest

from webapp.accounts.models import User
from webapp.accounts.services import user_create
from webapp.core.errors import ConflictError, DomainError

pytestmark = pytest.mark.django_db


def test_user_create_stores_role_and_hashed_password():
    user = user_create(username="radiologist", password="a long enough phrase", role="reader")
    assert user.check_password("a long enough phrase")
    assert not user.is_study_admin
    assert not user.may_generate


@pytest.mark.parametrize(
    ("role", "password", "field"), [("boss", "a long enough phrase", "role"), ("demo", "short", "password")]
)
def test_user_create_refuses_bad_values_and_names_the_field(role, password, field):
    with pytest.raises(DomainError) as caught:
        user_create(username="somebody", password=password, role=role)
    assert caught.value.field == field
    assert not User.objects.exists()


def test_user_create_refuses_a_taken_name():
    user_create(username="somebody", password="a long enough phrase", role="demo")
    with pytest.raises(ConflictError):
        user_create(username="somebody", password="another long phrase", role="demo")
    assert User.objects.count() == 1
