"""A changed, missing or cut-off event shows, and the chain's file is enough to recompute it elsewhere."""

from __future__ import annotations

import datetime

import pytest

from studies.design.canonical import canonical_hash
from studies.models.audit import AuditEvent
from studies.models.signature import AuditHead, Signature
from studies.selectors.audit import chain_lines, chain_verify, counts_verify
from studies.services.audit import heads_keep
from tests.studies.conftest import unguard

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 1, 5)


@pytest.fixture
def unguarded(opened):
    """The open study on a database whose triggers somebody took off."""
    unguard()
    return opened.study


def test_untouched_chain_is_whole_and_tells_its_head(opened):
    last = AuditEvent.objects.filter(study=opened.study).order_by("-seq").first()
    state = chain_verify(opened.study)
    assert (state.ok, state.count, state.head) == (True, last.seq, last.hash)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"body": {"title": "Another"}}, "content was changed"),
        ({"reason": "because"}, "content was changed"),
        ({"at": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)}, "content was changed"),
        ({"actor_ref": "x"}, "content was changed"),
        ({"prev_hash": "0" * 64}, "does not follow"),
        ({"seq": 99}, "an event is missing"),
    ],
)
def test_changed_event_is_the_first_that_is_named(unguarded, change, words):
    AuditEvent.objects.filter(study=unguarded, seq=3).update(**change)
    state = chain_verify(unguarded)
    assert not state.ok
    assert words in state.why
    assert state.broken_seq in (3, 4)


def test_removed_event_shows(unguarded):
    AuditEvent.objects.filter(study=unguarded, seq=2)._raw_delete("default")
    assert chain_verify(unguarded).broken_seq == 3


def test_cut_off_tail_shows_by_the_kept_head(unguarded):
    head = heads_keep(unguarded, DAY)
    assert heads_keep(unguarded, DAY) == head
    assert chain_verify(unguarded).ok
    AuditEvent.objects.filter(study=unguarded, seq=head.seq)._raw_delete("default")
    state = chain_verify(unguarded)
    assert not state.ok
    assert "2026-01-05, is missing" in state.why


def test_rewritten_chain_shows_by_the_kept_head(unguarded):
    """Somebody who recomputes every hash after a change still can't meet the head that was kept."""
    from studies.selectors.audit import event_hash

    heads_keep(unguarded, DAY)
    previous = ""
    for event in AuditEvent.objects.filter(study=unguarded).order_by("seq"):
        if event.seq == 2:
            event.reason = "rewritten"
        event.prev_hash = previous
        event.hash = previous = event_hash(event, study_slug=unguarded.slug)
        event.save()
    assert "head of 2026-01-05" in chain_verify(unguarded).why


def test_changed_signature_shows(unguarded):
    event = AuditEvent.objects.filter(study=unguarded).latest("seq")
    Signature.objects.create(study=unguarded, event=event, user=event.actor, act="lock", meaning="x", at=event.at)
    assert "signature" in chain_verify(unguarded).why


def test_lines_of_the_file_recompute_to_the_head(opened):
    previous = ""
    for line in chain_lines(opened.study):
        hashed = {key: line[key] for key in ("prev", "study", "seq", "at", "actor", "kind", "body", "reason")}
        assert hashed["prev"] == previous
        assert canonical_hash(hashed) == line["hash"]
        previous = line["hash"]
    assert previous == chain_verify(opened.study).head
    assert AuditHead.objects.count() == 0


def test_count_without_an_answer_shows(unguarded, opened):
    assert counts_verify(unguarded) == []
    person = opened.participants[0]
    type(person).objects.filter(pk=person.pk).update(done=2)
    assert counts_verify(unguarded) == [f"Reader {person.reader_code}: 2 counted, 0 answered."]
