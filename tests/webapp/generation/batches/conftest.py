"""A batch of three, one of them drawn, on a real pack."""

from __future__ import annotations

import numpy as np
import pytest
from django.utils import timezone

from webapp.generation.batches.distribution import Row
from webapp.generation.batches.services import batch_create
from webapp.generation.models import GenerationRequest, State
from webapp.imaging.ingest.source import SourceImage
from webapp.imaging.models import Source
from webapp.imaging.services import image_add


def breast(number):
    """A bright half ellipse on air with noise of its own."""
    rows, columns = np.mgrid[0:64, 0:64]
    inside = ((rows - 32) / 28) ** 2 + (columns / (36 + number % 5)) ** 2 < 1
    noise = np.random.default_rng(number).integers(0, 400, inside.shape)
    return np.where(inside, 1200 + 8 * columns + noise, 0).astype(np.uint16)


def finish(request, number=0):
    """End a request with a picture, as a worker would."""
    image = image_add(
        SourceImage(pixels=breast(number), bits=12),
        title=f"seed {request.seed}",
        source=Source.GENERATED,
        created_by=request.user,
        provenance={"bundle": "tiny", "seed": request.seed, "request_id": request.token},
    )
    now = timezone.now()
    GenerationRequest.objects.filter(pk=request.pk).update(
        state=State.FINISHED, image=image, started_at=now, finished_at=now
    )
    return image


@pytest.fixture
def batch(boss, card):
    """Two pictures of BI-RADS 4, one of any labels, none of them drawn."""
    rows = [Row({"birads": "4", "view": "MLO"}, 2), Row({"birads": "", "view": ""}, 1)]
    return batch_create(user=boss, card=card, title="For the pilot", rows=rows, seed="100")


@pytest.fixture
def drawn(batch):
    """The first item, drawn and not screened."""
    item = batch.items.select_related("request").get(number=1)
    finish(item.request)
    return batch.items.select_related("request__image", "batch").get(number=1)
