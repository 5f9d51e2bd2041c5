from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from webapp.core.errors import ConflictError, DomainError
from webapp.core.request_id import traced
from webapp.generation.batches.distribution import Row
from webapp.generation.batches.models import Batch, BatchDecision, Verdict
from webapp.generation.batches.services import batch_cancel, batch_create, batch_retry, item_decide, item_screened
from webapp.generation.models import GenerationRequest, Queue, State
from webapp.generation.selectors import request_ahead, request_history
from webapp.generation.services.requests import request_create, requests_sweep


def test_a_batch_asks_for_each_picture_with_seeds_in_a_row(batch):
    asked = [item.request for item in batch.items.select_related("request")]
    assert [(one.seed, one.labels["birads"]) for one in asked] == [(100, "4"), (101, "4"), (102, None)]
    assert {one.queue for one in asked} == {Queue.BATCH}


def test_its_pictures_bear_the_number_of_who_asked(boss, card):
    with traced("number-of-web"):
        batch = batch_create(user=boss, card=card, title="Traced", rows=[Row({"birads": "4"}, 2)], seed="7")
    assert {item.request.asked_as for item in batch.items.select_related("request")} == {"number-of-web"}


def test_a_batch_reuses_a_picture_that_was_asked_for_before(boss, card):
    before = request_create(user=boss, card=card, raw={"birads": "4", "seed": "7"})
    batch = batch_create(user=boss, card=card, title="Again", rows=[Row({"birads": "4"}, 1)], seed="7")
    assert batch.items.get().request_id == before.pk


@pytest.mark.parametrize(("title", "seed", "labels"), [("", "1", {}), ("A", "x", {}), ("A", "1", {"birads": "9"})])
def test_a_bad_batch_leaves_nothing(boss, card, title, seed, labels):
    with pytest.raises(DomainError):
        batch_create(user=boss, card=card, title=title, rows=[Row(labels, 2)], seed=seed)
    assert not Batch.objects.exists()
    assert not GenerationRequest.objects.exists()


def test_interactive_requests_go_before_a_batch_and_are_not_limited_by_it(batch, boss, card):
    rows = [Row({}, 20)]  # more than one person may have waiting
    batch_create(user=boss, card=card, title="More", rows=rows, seed="500")
    mine = request_create(user=boss, card=card, raw={"seed": "1"})
    assert request_ahead(mine) == 0
    assert request_ahead(batch.items.get(number=1).request) == 1
    assert list(request_history(boss)) == [mine]


def test_the_sweep_rings_for_a_batch_a_few_at_a_time(batch, monkeypatch):
    monkeypatch.setattr("webapp.generation.services.requests.RUNG_OF_BATCHES", 2)
    first = set(requests_sweep())
    assert first == set(batch.items.filter(number__lte=2).values_list("request", flat=True))
    assert requests_sweep() == []


def test_cancel_stops_what_is_not_drawn_and_retry_asks_again(batch, drawn):
    assert batch_cancel(batch) == 2
    states = set(GenerationRequest.objects.exclude(pk=drawn.request_id).values_list("state", flat=True))
    assert states == {State.CANCELLED}
    assert batch_retry(batch) == 2
    again = GenerationRequest.objects.filter(state=State.QUEUED)
    assert again.count() == 2
    assert not again.filter(cancel_requested=True).exists()


def test_a_decision_keeps_who_and_the_scores_that_were_seen(drawn, boss):
    item_screened(drawn, {"seam_ratio": 1.2, "flags": []})
    item_decide(drawn, Verdict.ACCEPTED, boss)
    item_decide(drawn, Verdict.OPEN, boss)
    item_decide(drawn, Verdict.REJECTED, boss)
    kept = list(BatchDecision.objects.values_list("verdict", "user__username", "scores__seam_ratio"))
    assert kept == [("accepted", "eve", 1.2), ("open", "eve", 1.2), ("rejected", "eve", 1.2)]
    drawn.refresh_from_db()
    assert drawn.verdict == Verdict.REJECTED


def test_a_picture_is_decided_only_after_its_screen(drawn, boss):
    with pytest.raises(ConflictError, match="not drawn and screened"):
        item_decide(drawn, Verdict.ACCEPTED, boss)


def test_an_unknown_verdict_is_refused(drawn, boss):
    with pytest.raises(DomainError, match="one of"):
        item_decide(drawn, "perhaps", boss)


def test_the_first_screen_stays(drawn):
    item_screened(drawn, {"seam_ratio": 1.2, "flags": []})
    item_screened(drawn, {"seam_ratio": 9.9, "flags": []})
    drawn.refresh_from_db()
    assert drawn.scores["seam_ratio"] == 1.2


def test_decisions_can_not_change_or_go(drawn, boss):
    item_screened(drawn, {"flags": []})
    decision = item_decide(drawn, Verdict.ACCEPTED, boss)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        BatchDecision.objects.filter(pk=decision.pk).update(verdict=Verdict.REJECTED)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        BatchDecision.objects.filter(pk=decision.pk).delete()
