"""The pages: who may open them, what they offer, what a wrong field gets."""

from __future__ import annotations

import io
import json

import numpy as np
import pydicom
import pytest
from django.urls import reverse
from PIL import Image as Raster

from webapp.core.tokens import random_token
from webapp.generation import engine, views
from webapp.generation.models import GenerationRequest, State
from webapp.generation.pictures import picture_store
from webapp.generation.selectors import NO_WORKER
from webapp.generation.services.attempts import attempt_begin, attempt_fail, attempt_finish
from webapp.generation.services.workers import worker_beat

pytestmark = pytest.mark.django_db

REQUEST = "generation:request"
OF_A_REQUEST = ("detail", "state", "download", "download-dicom", "variants")


@pytest.fixture(autouse=True)
def installed(monkeypatch, card):
    """The installed bundle is the test card's."""
    monkeypatch.setattr(engine, "bundle_card", lambda name=None: card)


@pytest.fixture
def rung(monkeypatch):
    """Collects the ids that workers are told of."""
    ids = []
    monkeypatch.setattr(views, "ring", ids.append)
    return ids


@pytest.fixture
def finished(queued, picture):
    """A request with its picture."""
    attempt = attempt_begin(queued.pk)
    attempt_finish(attempt, picture_store(attempt, picture, "patch"))
    queued.refresh_from_db()
    return queued


def page_data(response):
    text = response.content.decode()
    start = text.index(">", text.index('<script id="page"')) + 1
    return json.loads(text[start : text.index("</script>", start)])


def test_page_offers_exactly_the_bundles_labels(client, person):
    client.force_login(person)
    text = client.get(reverse(REQUEST)).content.decode()
    for name, values in {"birads": ("", "1", "2", "4"), "view": ("", "CC", "MLO")}.items():
        assert text.count(f'name="{name}"') == len(values)
        assert all(f'name="{name}" value="{value}"' in text for value in values)
    assert 'name="density"' not in text
    assert "Synthetic, for research. Not for diagnosis." in text


def test_page_is_closed_to_readers_and_asks_others_to_sign_in(client, reader):
    assert client.get(reverse(REQUEST)).status_code == 302
    client.force_login(reader)
    assert client.get(reverse(REQUEST)).status_code == 403
    assert client.post(reverse(REQUEST), {"birads": "4"}).status_code == 403


def test_post_stores_a_request_and_rings(client, person, rung, django_capture_on_commit_callbacks):
    client.force_login(person)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse(REQUEST), {"birads": "4", "view": "", "seed": "7"})
    stored = GenerationRequest.objects.get()
    assert response["Location"] == reverse("generation:detail", args=[stored.token])
    assert (stored.labels, stored.seed, stored.user) == ({"birads": "4", "view": None}, 7, person)
    assert rung == [stored.pk]


def test_post_does_not_ring_when_the_picture_is_there(
    client, person, finished, rung, django_capture_on_commit_callbacks
):
    client.force_login(person)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse(REQUEST), {"birads": "4", "view": "MLO", "seed": "7"})
    assert response["Location"] == reverse("generation:detail", args=[finished.token])
    assert rung == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("birads", "6", "BI-RADS can’t be"),
        ("steps", "1000", "Steps must be from 5 to 100"),
        ("density", "C", "no label"),
    ],
)
def test_post_names_the_field_and_stores_nothing_when_it_is_wrong(client, person, field, value, said):
    client.force_login(person)
    response = client.post(reverse(REQUEST), {"birads": "4", field: value, "seed": "31"})
    assert response.status_code == 400
    text = response.content.decode().replace("&#x27;", "’").replace("&#39;", "’")
    assert said in text
    assert 'value="31"' in text, "what was typed stays"
    assert not GenerationRequest.objects.exists()


def test_page_says_so_when_no_worker_runs(client, person, queued):
    client.force_login(person)
    assert "No worker is running" in client.get(reverse(REQUEST)).content.decode()
    assert client.get(reverse("generation:state", args=[queued.token])).json()["message"] == NO_WORKER
    worker_beat("generation@test", queues=["interactive"])
    assert "No worker is running" not in client.get(reverse(REQUEST)).content.decode()
    assert client.get(reverse("generation:state", args=[queued.token])).json()["message"] == ""


def test_page_says_why_when_no_model_is_installed(client, person, monkeypatch):
    def missing(name=None):
        raise engine.BundleUnavailableError("The model 'phantom' can't be used.", reason="no /secret/folder")

    monkeypatch.setattr(engine, "bundle_card", missing)
    client.force_login(person)
    response = client.get(reverse(REQUEST))
    assert response.status_code == 503
    assert "No model can draw now" in response.content.decode()
    assert "/secret/folder" not in response.content.decode()


@pytest.mark.parametrize("name", OF_A_REQUEST)
def test_request_is_the_owners_and_the_admins_alone(client, finished, person, stranger, boss, reader, name):
    address = reverse(f"generation:{name}", args=[finished.token])
    expected = {person: 200, boss: 200, stranger: 404, reader: 403}
    for user, status in expected.items():
        client.force_login(user)
        assert client.get(address).status_code == status, user.username
    client.force_login(person)
    assert client.get(reverse(f"generation:{name}", args=[random_token()])).status_code == 404


def test_detail_fills_the_form_as_it_was_asked(client, person, finished):
    client.force_login(person)
    response = client.get(reverse("generation:detail", args=[finished.token]))
    text = response.content.decode()
    assert 'name="birads" value="4" checked' in text
    assert 'value="7"' in text
    data = page_data(response)["request"]
    assert data["state"]["state"] == "finished"
    assert data["state"]["pictures"] == ["image"]


def test_detail_shows_the_words_of_a_failure(client, person, queued):
    attempt_fail(attempt_begin(queued.pk), "It was too large.")
    client.force_login(person)
    response = client.get(reverse("generation:detail", args=[queued.token]))
    assert page_data(response)["request"]["state"]["message"] == "It was too large."


def test_picture_answers_a_manifest_for_this_browser(client, person, stranger, finished):
    address = reverse("generation:picture", args=[finished.token, "image"])
    client.force_login(person)
    manifest = client.get(address).json()
    assert (manifest["width"], manifest["height"], manifest["bits"]) == (64, 64, 12)
    assert manifest["tiles"].startswith("/t/")
    assert client.get(reverse("generation:picture", args=[finished.token, "overview"])).status_code == 404
    client.force_login(stranger)
    assert client.get(address).status_code == 404


def test_download_keeps_every_value_and_says_synthetic(client, person, finished, picture):
    client.force_login(person)
    response = client.get(reverse("generation:download", args=[finished.token]))
    raster = Raster.open(io.BytesIO(response.content))
    assert np.array_equal(np.asarray(raster), picture.pixels)
    assert raster.text["Comment"] == "Synthetic, for research. Not for diagnosis."
    assert json.loads(raster.text["mambo:provenance"])["seed"] == 7


def test_cancel_is_the_owners_and_only_by_post(client, person, stranger, queued):
    address = reverse("generation:cancel", args=[queued.token])
    client.force_login(stranger)
    assert client.post(address).status_code == 404
    client.force_login(person)
    assert client.get(address).status_code == 405
    client.post(address)
    queued.refresh_from_db()
    assert queued.state == State.CANCELLED


def test_pages_cost_few_queries(client, person, finished, django_assert_max_num_queries):
    client.force_login(person)
    with django_assert_max_num_queries(9):
        client.get(reverse("generation:detail", args=[finished.token]))


def test_download_as_dicom_says_that_it_is_synthetic(client, finished, picture):
    client.force_login(finished.user)
    response = client.get(reverse("generation:download-dicom", args=[finished.token]))
    dataset = pydicom.dcmread(io.BytesIO(response.content))
    assert response["Content-Type"] == "application/dicom"
    assert np.array_equal(dataset.pixel_array, picture.pixels)
    assert (dataset.SyntheticData, dataset.ConversionType, dataset.BitsStored) == ("YES", "SYN", 12)
    assert json.loads(dataset.ImageComments)["seed"] == 7


def test_upscale_is_asked_for_with_a_picture_of_ones_own(client, finished, rung):
    client.force_login(finished.user)
    source = finished.image
    page = client.get(reverse(REQUEST), {"source": source.token}).content.decode()
    assert source.title in page
    response = client.post(reverse(REQUEST), {"source": source.token, "seed": "9"})
    made = GenerationRequest.objects.exclude(pk=finished.pk).get()
    assert response.url == reverse("generation:detail", args=[made.token])
    assert (made.source, made.source_sha256, made.seed) == (source, source.pixel_sha256, 9)
    assert "Upscaled from" in client.get(response.url).content.decode()


def test_upscale_of_somebody_elses_picture_is_not_found(client, finished, rung, django_user_model):
    stranger = django_user_model.objects.create_user(username="stranger", password="x", role="demo")
    client.force_login(stranger)
    for ask in (client.get, client.post):
        assert ask(reverse(REQUEST), {"source": finished.image.token}).status_code == 404
    assert GenerationRequest.objects.count() == 1


def test_the_same_seed_with_and_without_a_source_are_two_requests(client, finished, rung):
    client.force_login(finished.user)
    for fields in ({"seed": "9"}, {"seed": "9", "source": finished.image.token}):
        client.post(reverse(REQUEST), fields)
    assert GenerationRequest.objects.exclude(pk=finished.pk).count() == 2
