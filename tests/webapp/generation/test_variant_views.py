"""The same breast with other BI-RADS: what is asked for, who sees it, and the map of differences."""

from __future__ import annotations

import io

import numpy as np
import pytest
from django.urls import reverse
from PIL import Image as Raster

from webapp.accounts.models import Role
from webapp.generation import engine, variant_views
from webapp.generation.engine import Picture
from webapp.generation.models import GenerationRequest, State
from webapp.generation.pictures import picture_store
from webapp.generation.services.attempts import attempt_begin, attempt_finish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def installed(monkeypatch, card):
    """The installed bundle is the test card's."""
    monkeypatch.setattr(engine, "bundle_card", lambda name=None: card)


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    """Collects the ids that workers are told of."""
    ids = []
    monkeypatch.setattr(variant_views, "ring", ids.append)
    return ids


@pytest.fixture
def address(queued, client):
    """The page of a signed-in person's request."""
    client.force_login(queued.user)
    return reverse("generation:variants", args=[queued.token])


def finish(request, picture):
    attempt = attempt_begin(request.pk)
    attempt_finish(attempt, picture_store(attempt, picture, "patch"))
    request.refresh_from_db()


def turned(picture):
    return Picture(picture.pixels[:, ::-1].copy(), 12, 0.4)


def test_post_asks_for_each_other_birads_with_the_same_seed_and_settings(
    client, queued, address, rung, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(address)
    assert response.status_code == 302
    made = GenerationRequest.objects.exclude(pk=queued.pk)
    assert {one.labels["birads"] for one in made} == {"1", "2"}
    assert {(one.seed, one.steps, one.labels["view"]) for one in made} == {(7, 10, "MLO")}
    assert sorted(rung) == sorted(one.pk for one in made)


def test_post_twice_asks_once(client, address):
    for _ in range(2):
        client.post(address)
    assert GenerationRequest.objects.count() == 3


def test_page_links_what_is_drawn_side_by_side(client, queued, picture, address):
    client.post(address)
    finish(queued, picture)
    assert "Side by side" not in client.get(address).content.decode()
    other = GenerationRequest.objects.get(labels__birads="1")
    finish(other, turned(picture))
    text = client.get(address).content.decode()
    assert f"image={other.image.token}" in text
    assert f"image={queued.image.token}" in text
    assert reverse("generation:difference", args=[other.token, queued.token]) in text


def test_difference_is_a_map_of_the_two_pictures(client, queued, picture, address):
    client.post(address)
    other = GenerationRequest.objects.get(labels__birads="1")
    of_both = reverse("generation:difference", args=[other.token, queued.token])
    finish(queued, picture)
    assert client.get(of_both).status_code == 404
    finish(other, turned(picture))
    colors = np.asarray(Raster.open(io.BytesIO(client.get(of_both).content)))
    same = picture.pixels == picture.pixels[:, ::-1]
    assert colors.shape == (64, 64, 3)
    assert not colors[same].any()
    assert colors[~same].any()


def test_nobody_else_sees_or_asks(client, queued, address, django_user_model):
    stranger = django_user_model.objects.create_user(username="stranger", password="x", role=Role.DEMO)
    client.force_login(stranger)
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404
    assert client.get(reverse("generation:difference", args=[queued.token] * 2)).status_code == 404
    assert GenerationRequest.objects.count() == 1


def test_a_replaced_model_draws_no_variants(client, address):
    GenerationRequest.objects.update(bundle_digest="e" * 64, state=State.FINISHED)
    assert client.post(address).status_code == 409
    assert "replaced" in client.get(address).content.decode()
    assert GenerationRequest.objects.count() == 1
