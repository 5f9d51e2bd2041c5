"""Which picture and which doors the home page has."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from webapp.viewer.selectors import home_doors, home_picture

pytestmark = pytest.mark.django_db


def test_home_picture_is_the_oldest_phantom(people, add):
    add("generated", seed=1, created_by=people["admin"])
    first = add("phantom", seed=2)
    add("phantom", seed=3)
    assert home_picture(people["admin"]) == first
    assert home_picture(people["demo"]) == first


def test_home_picture_is_never_an_original(people, add):
    add("original")
    assert home_picture(people["admin"]) is None


def test_home_picture_shows_a_generated_one_to_its_owner_and_to_admins(people, add):
    other = add("generated", seed=1, created_by=people["admin"])
    assert home_picture(people["admin"]) == other
    assert home_picture(people["demo"]) is None
    own = add("generated", seed=2, created_by=people["demo"])
    assert home_picture(people["demo"]) == own


def test_home_picture_is_withheld_from_readers(people, add):
    add("phantom")
    assert home_picture(people["reader"]) is None


@pytest.mark.parametrize("demo", [True, False])
def test_home_picture_is_public_in_the_demo_only(add, settings, demo):
    settings.DEMO = demo
    add("generated", seed=1)
    phantom = add("phantom", seed=2)
    assert home_picture(AnonymousUser()) == (phantom if demo else None)


def test_home_doors_are_closed_to_those_they_are_not_for(people):
    def opened(user):
        return [door.name for door in home_doors(user) if door.url]

    assert opened(people["admin"]) == ["Read", "Study", "Generate"]
    assert opened(people["demo"]) == ["Read", "Generate"]
    assert opened(people["reader"]) == ["Read"]
    assert opened(AnonymousUser()) == ["Read", "Study", "Generate"]
