"""The page with pictures beside each other: whose it is, and what it shows."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
NOTE = "Synthetic, for research. Not for diagnosis."


def address(*images):
    return reverse("viewer:compare") + "?" + "&".join(f"image={image.token}" for image in images)


def test_compare_hangs_the_pictures_and_grants_their_tiles(client, people, add):
    first, second = add("original", seed=1), add("phantom", seed=2)
    first.laterality = "L"
    first.save(update_fields=["laterality"])
    client.force_login(people["admin"])
    page = client.get(address(first, second)).content.decode()
    data = json.loads(re.search(r'<script id="hanging"[^>]*>(.*?)</script>', page, re.DOTALL)[1])
    assert [pane["mirrored"] for pane in data["panes"]] == [True, False]  # R CC, turned back, beside L CC
    assert all(pane["manifest"]["tiles"].startswith("/t/") for pane in data["panes"])
    assert page.count(NOTE) == 1  # under the phantom alone
    assert "not to scale" in page  # no picture says how large its pixels are


def test_compare_shows_nothing_to_a_reader(client, people, add):
    image = add("phantom")
    client.force_login(people["reader"])
    response = client.get(address(image))
    assert response.status_code == 404
    assert "/t/" not in response.content.decode()


def test_compare_shows_a_demo_user_own_pictures_only(client, people, add):
    own = add("generated", seed=1, created_by=people["demo"])
    other = add("generated", seed=2, created_by=people["admin"])
    client.force_login(people["demo"])
    assert client.get(address(own)).status_code == 200
    assert client.get(address(own, other)).status_code == 404


def test_compare_asks_people_to_sign_in(client, add):
    assert client.get(address(add("phantom"))).status_code == 302


@pytest.mark.parametrize("count", [0, 5])
def test_compare_says_how_many_pictures_it_takes(client, people, add, count):
    client.force_login(people["admin"])
    response = client.get(address(*(add("phantom", seed=seed + 1) for seed in range(count))))
    assert response.status_code == 400
    assert "Choose 1 to 4 pictures" in response.content.decode()
