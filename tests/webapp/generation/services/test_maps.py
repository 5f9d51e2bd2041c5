from __future__ import annotations

import numpy as np
import pytest

from webapp.core.errors import ConflictError, DomainError
from webapp.core.request_id import traced
from webapp.generation.models import GenerationRequest, Kind, Queue
from webapp.generation.pictures import request_parameters
from webapp.generation.services.admission import MAX_LIVE_PER_USER
from webapp.generation.services.maps import map_create
from webapp.generation.services.requests import request_create
from webapp.imaging.ingest.source import SourceImage
from webapp.imaging.models import Source
from webapp.imaging.services import image_add

HEALTHY = {"birads": "1", "density": "B"}


@pytest.fixture
def source(person):
    pixels = np.tile(np.linspace(0, 3000, 64, dtype=np.uint16), (64, 1))
    return image_add(SourceImage(pixels=pixels, bits=12), title="one", source=Source.PHANTOM, created_by=person)


def test_a_map_asks_for_a_healthy_breast_and_bears_the_number_of_who_asked(person, card, source):
    with traced("number-of-web"):
        asked = map_create(user=person, card=card, source=source, healthy=HEALTHY, noise_level="500", address="a")
    assert (asked.kind, asked.queue, asked.noise_level) == (Kind.ANOMALY, Queue.INTERACTIVE, 500)
    assert (asked.labels["birads"], asked.asked_as, asked.address_digest) == ("1", "number-of-web", "a")
    assert asked.source == source
    parameters = request_parameters(asked)
    assert parameters.dedup_key(person.pk) == asked.dedup_key
    assert (parameters.source_sha256, parameters.noise_level) == (source.pixel_sha256, 500)


def test_the_same_map_is_made_once_and_another_level_is_another_map(person, card, source):
    first = map_create(user=person, card=card, source=source, healthy=HEALTHY)
    assert map_create(user=person, card=card, source=source, healthy=HEALTHY) == first
    assert map_create(user=person, card=card, source=source, healthy=HEALTHY, noise_level="300") != first
    assert GenerationRequest.objects.count() == 2


def test_a_map_counts_among_what_waits(person, card, source):
    for seed in range(MAX_LIVE_PER_USER):
        request_create(user=person, card=card, raw={"seed": str(seed)})
    with pytest.raises(ConflictError):
        map_create(user=person, card=card, source=source, healthy=HEALTHY)


def test_another_level_than_those_offered_is_refused(person, card, source):
    with pytest.raises(DomainError, match="one of 300, 500, 700, 900; got '42'"):
        map_create(user=person, card=card, source=source, healthy=HEALTHY, noise_level="42")
    assert not GenerationRequest.objects.exists()
