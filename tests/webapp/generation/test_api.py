"""The programming interface: the pages' rules, in JSON."""

from __future__ import annotations

import io

import numpy as np
import pydicom
import pytest
from django.urls import reverse
from PIL import Image as Raster

from webapp.accounts.models import Role
from webapp.core.tokens import random_token
from webapp.generation import api, engine
from webapp.generation.models import GenerationRequest, State
from webapp.generation.pictures import picture_store
from webapp.generation.services.attempts import attempt_begin, attempt_finish

pytestmark = pytest.mark.django_db

REQUESTS = "/api/generation/requests/"


@pytest.fixture(autouse=True)
def installed(monkeypatch, card):
    """The installed bundle is the test card's."""
    monkeypatch.setattr(engine, "bundle_card", lambda name=None: card)


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    """Collects the ids that workers are told of."""
    ids = []
    monkeypatch.setattr(api, "ring", ids.append)
    return ids


def ask(client, **fields):
    return client.post(REQUESTS, fields, content_type="application/json")


def item(request):
    return reverse("generation-api:request", args=[request.token])


def test_model_tells_its_labels(client, person):
    client.force_login(person)
    told = client.get("/api/generation/model/").json()
    assert told["labels"] == {"birads": ["1", "2", "4"], "view": ["CC", "MLO"]}
    assert (told["name"], told["size"], told["steps"]) == ("tiny", 64, 10)


def test_ask_stores_a_request_and_rings_once(client, person, rung, django_capture_on_commit_callbacks):
    client.force_login(person)
    with django_capture_on_commit_callbacks(execute=True):
        response = ask(client, labels={"birads": "4"}, seed=7)
    told = response.json()
    assert response.status_code == 201
    assert (told["state"], told["labels"], told["png"]) == ("queued", {"birads": "4", "view": None}, None)
    assert rung == [GenerationRequest.objects.get().pk]
    assert client.get(REQUESTS).json()["requests"] == [told]


def test_ask_twice_gives_the_same_request(client, person):
    client.force_login(person)
    first, second = ask(client, seed=7), ask(client, seed=7)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["token"] == second.json()["token"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"labels": {"birads": "9"}}, "birads"), ({"steps": 1000}, "steps"), ({"labels": {"age": "4"}}, "age")],
)
def test_ask_for_what_the_model_does_not_know_names_the_field(client, person, fields, field):
    client.force_login(person)
    response = ask(client, **fields)
    assert response.status_code == 400
    assert response.json()["error"]["field"] == field
    assert not GenerationRequest.objects.exists()


def test_ask_with_a_word_for_a_number_is_refused(client, person):
    client.force_login(person)
    assert ask(client, seed="seven").status_code == 400


def test_delete_cancels(client, queued):
    client.force_login(queued.user)
    assert client.delete(item(queued)).json()["state"] == "cancelled"


def test_finished_request_hands_out_both_files(client, queued, picture):
    client.force_login(queued.user)
    address = reverse("generation-api:picture", args=[queued.token, "png"])
    assert client.get(address).status_code == 404
    attempt = attempt_begin(queued.pk)
    attempt_finish(attempt, picture_store(attempt, picture, "patch"))
    told = client.get(item(queued)).json()
    assert told["png"] == address
    assert np.array_equal(np.asarray(Raster.open(io.BytesIO(client.get(told["png"]).content))), picture.pixels)
    assert pydicom.dcmread(io.BytesIO(client.get(told["dicom"]).content)).SyntheticData == "YES"


def test_strangers_readers_and_nobody_get_nothing(client, queued, django_user_model):
    addresses = ["/api/generation/model/", REQUESTS, item(queued)]
    assert {client.get(address).status_code for address in addresses} == {403}
    stranger = django_user_model.objects.create_user(username="stranger", password="x", role=Role.DEMO)
    client.force_login(stranger)
    assert client.get(item(queued)).status_code == 404
    assert client.delete(item(queued)).status_code == 404
    assert client.get(f"{REQUESTS}{random_token()}/").status_code == 404
    reader = django_user_model.objects.create_user(username="reader", password="x", role=Role.READER)
    client.force_login(reader)
    assert {client.get(address).status_code for address in addresses} == {403}
    assert ask(client, seed=7).status_code == 403
    queued.refresh_from_db()
    assert queued.state == State.QUEUED
