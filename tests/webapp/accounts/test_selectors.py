"""What other rooms may ask about a person's display."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from tests.webapp.viewer.test_display_result import GOOD
from webapp.accounts.selectors import DisplayState, display_state
from webapp.accounts.services import user_create
from webapp.viewer.services import display_check_add

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(db):
    return user_create(username="reader", password="mambo-demo", role="reader", check_password=False)


def test_display_state_without_a_check_is_not_passed(reader):
    assert display_state(reader) == DisplayState(check_id=None, checked_at=None, passed=False)


def test_display_state_tells_the_latest_check_alone(reader):
    display_check_add(reader, GOOD)
    assert display_state(reader).passed is True
    latest = display_check_add(reader, GOOD | {"black": False})
    assert display_state(reader) == DisplayState(latest.pk, latest.checked_at, passed=False)


def test_display_state_leaves_out_checks_before_the_session(reader):
    display_check_add(reader, GOOD)
    assert display_state(reader, since=timezone.now() - datetime.timedelta(minutes=5)).passed is True
    assert display_state(reader, since=timezone.now() + datetime.timedelta(minutes=5)).passed is False


def test_display_state_of_one_person_says_nothing_of_another(reader):
    other = user_create(username="other", password="mambo-demo", role="reader", check_password=False)
    display_check_add(other, GOOD)
    assert display_state(reader).passed is False
