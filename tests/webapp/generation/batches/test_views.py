from __future__ import annotations

import pytest
from django.urls import reverse

from tests.webapp.generation.batches.conftest import breast
from webapp.generation.batches.models import Batch, BatchDecision
from webapp.generation.batches.services import item_screened
from webapp.imaging.ingest.source import SourceImage
from webapp.imaging.models import Source
from webapp.imaging.services import image_add

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def installed(card, monkeypatch):
    """The card in place of an installed bundle."""
    monkeypatch.setattr("webapp.generation.engine.bundle_card", lambda: card)


def original(number, **labels):
    raster = SourceImage(pixels=breast(number), bits=12)
    return image_add(raster, title=f"o{number}", source=Source.ORIGINAL, created_by=None, labels=labels)


def test_an_admin_asks_for_a_batch_and_sees_its_contact_sheet(client, boss):
    client.force_login(boss)
    fields = {
        "title": "Pilot",
        "seed": "5",
        "row-birads": ["4", ""],
        "row-view": ["CC", ""],
        "row-count": ["2", ""],
    }
    answer = client.post(reverse("batches:list"), fields, follow=True)
    batch = Batch.objects.get()
    assert batch.items.count() == 2
    page = answer.content.decode()
    assert "Pilot" in page
    assert "mambo_engine references" in page  # nothing is claimed of copies
    assert "Synthetic, for research. Not for diagnosis." in page


def test_a_bad_count_comes_back_with_what_was_typed(client, boss):
    client.force_login(boss)
    fields = {"title": "Pilot", "row-birads": ["4"], "row-view": ["CC"], "row-count": ["many"]}
    answer = client.post(reverse("batches:list"), fields)
    assert answer.status_code == 400
    assert "must be a whole number" in answer.content.decode()
    assert 'value="Pilot"' in answer.content.decode()


def test_the_form_takes_the_labels_of_chosen_originals(client, boss):
    client.force_login(boss)
    chosen = [original(1, birads="4", view="CC"), original(2, birads="4", view="CC")]
    original(3, birads="1", view="MLO")
    answer = client.post(reverse("batches:like"), {"image": [one.token for one in chosen], "like_count": "6"})
    assert [row["count"] for row in answer.context["form"]["rows"]] == ["6"]
    assert "as in 2 originals" in answer.context["filled"]["origin"]


def test_a_decision_is_recorded_and_can_be_taken_along(client, boss, drawn):
    item_screened(drawn, {"seam_ratio": 1.1, "saturated": 0.0, "breast": 0.4, "flags": []})
    client.force_login(boss)
    url = reverse("batches:decide", args=[drawn.batch.token, 1])
    answer = client.post(url, {"verdict": "accepted"}, headers={"Accept": "application/json"})
    assert answer.json()["verdict"] == "accepted"
    record = client.get(reverse("batches:record", args=[drawn.batch.token])).json()["decisions"]
    assert [(one["number"], one["by"], one["scores"]["seam_ratio"]) for one in record] == [(1, "eve", 1.1)]


def test_a_decision_before_the_screen_is_refused(client, boss, drawn):
    client.force_login(boss)
    url = reverse("batches:decide", args=[drawn.batch.token, 1])
    answer = client.post(url, {"verdict": "accepted"}, headers={"Accept": "application/json"})
    assert answer.status_code == 409
    assert not BatchDecision.objects.exists()


def test_the_state_tells_each_picture(client, boss, drawn):
    client.force_login(boss)
    state = client.get(reverse("batches:state", args=[drawn.batch.token])).json()
    assert (state["total"], state["drawn"], state["live"], state["unscreened"]) == (3, 1, 2, 1)
    assert state["items"][0]["thumb"]
    assert state["items"][1]["thumb"] is None


def test_cancel_and_retry_go_back_to_the_batch(client, boss, batch):
    client.force_login(boss)
    for name in ("cancel", "retry"):
        answer = client.post(reverse(f"batches:{name}", args=[batch.token]), follow=True)
        assert answer.status_code == 200
    assert client.get(reverse("batches:state", args=[batch.token])).json()["live"] == 3


def test_the_list_costs_as_many_queries_for_many_batches(client, boss, batch, django_assert_max_num_queries):
    client.force_login(boss)
    with django_assert_max_num_queries(8):
        assert client.get(reverse("batches:list")).status_code == 200


@pytest.mark.parametrize("who", ["person", "reader"])
def test_nobody_but_an_admin_comes_here(client, request, batch, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("batches:list")).status_code == 403
    assert client.get(reverse("batches:batch", args=[batch.token])).status_code == 403
    assert (
        client.post(reverse("batches:decide", args=[batch.token, 1]), {"verdict": "accepted"}).status_code == 403
    )
