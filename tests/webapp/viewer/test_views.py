"""The home page."""

from __future__ import annotations

import pytest
from django.urls import reverse

from webapp.imaging.tile_address import COOKIE

pytestmark = pytest.mark.django_db
NOTE = "Synthetic, for research. Not for diagnosis."


def test_home_shows_the_picture_with_its_note_and_grants_its_tiles(client, people, add):
    image = add("phantom")
    client.force_login(people["admin"])
    response = client.get(reverse("home"))
    page = response.content.decode()
    assert NOTE in page
    assert '"tiles": "/t/' in page
    assert image.title not in page
    assert COOKIE in response.cookies


def test_home_without_a_picture_has_the_doors_alone(client, people):
    client.force_login(people["admin"])
    page = client.get(reverse("home")).content.decode()
    assert page.count('class="door"') == 3
    assert "data-viewer" not in page
    assert NOTE not in page


def test_home_gives_a_reader_one_door_and_no_picture(client, people, add):
    add("phantom")
    client.force_login(people["reader"])
    page = client.get(reverse("home")).content.decode()
    assert page.count('<a class="door"') == 1
    assert "/t/" not in page


def test_home_opens_to_somebody_who_has_not_signed_in(client, db):
    page = client.get(reverse("home")).content.decode()
    assert page.count('<a class="door"') == 3
    assert "Sign in" in page


def test_home_refuses_other_methods(client, db):
    assert client.post(reverse("home")).status_code == 405


def test_home_asks_the_database_a_fixed_number_of_times(client, people, add, django_assert_max_num_queries):
    for seed in range(3):
        add("phantom", seed=seed)
    client.force_login(people["admin"])
    client.get(reverse("home"))
    with django_assert_max_num_queries(5):
        client.get(reverse("home"))
