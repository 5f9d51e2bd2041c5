from __future__ import annotations

import io

import numpy as np
import pytest
from django.urls import reverse
from PIL import Image as Raster

from tests.webapp.generation.tiny_bundle import write_tiny_bundle
from webapp.generation.models import GenerationRequest, Kind, State
from webapp.generation.selectors import request_history
from webapp.generation.services.requests import request_cancel
from webapp.generation.tasks import draw_request
from webapp.imaging.ingest.source import SourceImage
from webapp.imaging.models import Image, Source
from webapp.imaging.services import image_add


@pytest.fixture
def installed(tmp_path, settings):
    """The tiny bundle, installed for pictures and for maps, with a data folder of its own."""
    write_tiny_bundle(tmp_path / "tiny")
    settings.BUNDLE = settings.ANOMALY_BUNDLE = str(tmp_path / "tiny")
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def mammogram(person):
    """A breast with a bright spot, taller than wide."""
    rows, columns = np.mgrid[0:120, 0:90]
    breast = ((rows - 60) / 50) ** 2 + (columns / 70) ** 2 < 1
    spot = ((rows - 60) / 6) ** 2 + ((columns - 30) / 6) ** 2 < 1
    pixels = np.where(breast, 1200 + 4 * rows, 0) + 1500 * spot
    raster = SourceImage(pixels=pixels.astype(np.uint16), bits=12)
    return image_add(raster, title="One", source=Source.ORIGINAL, created_by=person)


@pytest.fixture
def asked(client, person, installed, mammogram, django_capture_on_commit_callbacks):
    """A map that waits."""
    client.force_login(person)
    client.post(reverse("generation:map-ask"), {"source": mammogram.token})
    return GenerationRequest.objects.get()


def opened(answer):
    return np.asarray(Raster.open(io.BytesIO(answer.content)))


def test_a_map_is_asked_for_as_a_request_with_the_papers_noise_level(asked, person):
    assert (asked.kind, asked.noise_level, asked.state) == (Kind.ANOMALY, 700, State.QUEUED)
    assert asked.labels["birads"] == "1"  # a healthy breast
    assert not asked.upscales
    assert list(request_history(person)) == []


def test_the_worker_leaves_a_map_in_the_pictures_frame(asked, client, mammogram):
    draw_request(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.error) == (State.FINISHED, "")
    assert (asked.image.rows, asked.image.columns) == (mammogram.rows, mammogram.columns)
    found = opened(client.get(reverse("generation:map-download", args=[asked.token])))
    assert found.shape == (120, 90)
    assert found.max() > 0
    assert not found[:, 80:].any()  # air
    shown = opened(client.get(reverse("generation:map-overlay", args=[asked.token])))
    assert shown.dtype == np.uint8
    assert shown.max() == 255


def test_the_same_map_again_is_the_same_request(asked, client, mammogram):
    draw_request(asked.pk)
    client.post(reverse("generation:map-ask"), {"source": mammogram.token})
    client.post(reverse("generation:map-ask"), {"source": mammogram.token, "noise_level": "300"})
    assert list(GenerationRequest.objects.values_list("noise_level", flat=True)) == [300, 700]


def test_two_attempts_leave_the_same_map(asked):
    draw_request(asked.pk)
    first = GenerationRequest.objects.get().image.pixel_sha256
    Image.objects.filter(source=Source.PREVIEW).delete()
    GenerationRequest.objects.update(state=State.QUEUED, attempts=0)
    draw_request(asked.pk)
    assert GenerationRequest.objects.get().image.pixel_sha256 == first


def test_a_cancelled_map_is_not_searched(asked):
    request_cancel(asked)
    draw_request(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.image) == (State.CANCELLED, None)


def test_a_picture_without_a_breast_says_so(client, person, installed):
    flat = SourceImage(pixels=np.zeros((80, 80), np.uint16), bits=12)
    image = image_add(flat, title="Air", source=Source.ORIGINAL, created_by=person)
    client.force_login(person)
    client.post(reverse("generation:map-ask"), {"source": image.token})
    asked = GenerationRequest.objects.get()
    draw_request(asked.pk)
    asked.refresh_from_db()
    assert asked.state == State.FAILED
    assert "can't be searched" in asked.error


@pytest.mark.parametrize("level", ["10", "x", "700.5"])
def test_another_noise_level_is_refused(client, person, installed, mammogram, level):
    client.force_login(person)
    answer = client.post(reverse("generation:map-ask"), {"source": mammogram.token, "noise_level": level})
    assert answer.status_code == 400
    assert not GenerationRequest.objects.exists()


def test_the_page_says_what_the_map_is_not(asked, client):
    page = client.get(reverse("generation:map", args=[asked.token])).content.decode()
    assert "For research, no finding" in page
    assert "brightest pixels of the breast find a lesion as well" in page
    led = client.get(reverse("generation:detail", args=[asked.token]))
    assert led.url == reverse("generation:map", args=[asked.token])


def test_somebody_elses_map_and_picture_are_not_there(asked, client, stranger, reader, mammogram):
    client.force_login(stranger)
    assert client.get(reverse("generation:map", args=[asked.token])).status_code == 404
    assert client.post(reverse("generation:map-ask"), {"source": mammogram.token}).status_code == 404
    client.force_login(reader)
    assert client.get(reverse("generation:map-overlay", args=[asked.token])).status_code == 403


def test_a_drawn_picture_has_no_map_page(client, person, queued):
    client.force_login(person)
    assert client.get(reverse("generation:map", args=[queued.token])).status_code == 404
