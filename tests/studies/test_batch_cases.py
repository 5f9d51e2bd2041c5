"""What a batch's contact sheet sends becomes cases: origin in the table of truth, nothing for readers."""

from __future__ import annotations

import pytest
from django.urls import reverse

from studies.models.truth import CaseTruth
from studies.services.lifecycle import study_create
from tests.studies.conftest import breast, person
from webapp.generation.batches.distribution import Row
from webapp.generation.batches.services import batch_create, item_decide, item_screened
from webapp.generation.models import GenerationRequest, State
from webapp.generation.parameters import BundleCard
from webapp.imaging.ingest.source import SourceImage
from webapp.imaging.models import Source
from webapp.imaging.services import image_add

CARD = BundleCard(
    name="tiny", digest="d" * 64, size=64, patch_size=16, vocabulary={"birads": ("1", "4"), "view": ("CC", "MLO")},
    sampler="dpmpp_2m", steps=10, guidance=1.0, pixel_spacing_mm=None, license="Apache-2.0", data="phantoms",
    code_version="0.1.0",
)  # fmt: skip


def draw(item, number):
    asked = item.request
    image = image_add(
        SourceImage(pixels=breast(number), bits=12),
        title=f"seed {asked.seed}",
        source=Source.GENERATED,
        created_by=asked.user,
        labels={name: value for name, value in asked.labels.items() if value},
        provenance={"bundle": asked.bundle, "digest": asked.bundle_digest, "seed": asked.seed},
    )
    GenerationRequest.objects.filter(pk=asked.pk).update(state=State.FINISHED, image=image)
    item_screened(item, {"seam_ratio": 1.0, "saturated": 0.0, "breast": 0.4, "flags": []})
    return image


@pytest.fixture
def owner(db):
    return person("owner", "admin")


def test_accepted_pictures_become_cases_with_their_origin_in_truth_alone(client, owner, small_protocol):
    study = study_create(title="A study", owner=owner, protocol=small_protocol)
    batch = batch_create(
        user=owner, card=CARD, title="Two", rows=[Row({"birads": "4", "view": "CC"}, 2)], seed="3"
    )
    items = list(batch.items.select_related("request__user"))
    images = [draw(item, number) for number, item in enumerate(items)]
    item_decide(items[0], "accepted", owner)
    item_decide(items[1], "rejected", owner)
    client.force_login(owner)
    state = client.get(reverse("batches:state", args=[batch.token])).json()
    sent = [one["image"] for one in state["items"] if one["verdict"] == "accepted"]
    client.post(reverse("studies:case-add"), {"study": study.slug, "image": sent})
    truth = CaseTruth.objects.get(case__study=study)
    assert truth.source_image == images[0]
    assert (truth.is_synthetic, truth.birads, truth.view) == (True, "4", "CC")
    assert (truth.source_image.provenance.seed, truth.source_image.provenance.digest) == (3, "d" * 64)


@pytest.mark.parametrize("role", ["reader", "staff", "demo"])
def test_a_batch_is_nobodys_but_an_admins(client, owner, role):
    batch = batch_create(user=owner, card=CARD, title="One", rows=[Row({}, 1)])
    item = batch.items.select_related("request__user").get()
    image = draw(item, 1)
    client.force_login(person("somebody", role))
    for name in ("batch", "state", "record"):
        assert client.get(reverse(f"batches:{name}", args=[batch.token])).status_code == 403
    assert client.post(reverse("batches:decide", args=[batch.token, 1])).status_code == 403
    assert client.get(reverse("imaging:thumb", args=[image.token])).status_code == 404
    assert client.get(reverse("generation:picture", args=[item.request.token, "image"])).status_code in {403, 404}
