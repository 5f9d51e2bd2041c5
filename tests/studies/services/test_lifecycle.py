"""A study moves only along its way, and locking freezes what it says it freezes."""

from __future__ import annotations

import pytest

from studies.design.hash_stream import HashStream
from studies.design.protocol import protocol_hash
from studies.design.randomisation import commitment, constrained_order
from studies.errors import NotReadyError
from studies.models.audit import AuditEvent
from studies.models.case import Asset
from studies.models.study import MemberRole, Membership, State, Study
from studies.models.trial import Trial
from studies.models.truth import CaseTruth
from studies.services import lifecycle
from studies.services.audit import event_hash
from studies.services.cases import case_remove, cases_add
from studies.services.enrolment import reader_enrol, reader_remove
from tests.studies.conftest import person, picture, unguard
from webapp.core.errors import ConflictError, DomainError

pytestmark = pytest.mark.django_db

MOVES = {
    State.LOCKED: lifecycle.study_lock,
    State.OPEN: lifecycle.study_open,
    State.PAUSED: lifecycle.study_pause,
    State.CLOSED: lifecycle.study_close,
    State.UNBLINDED: lifecycle.study_unblind,
    State.ARCHIVED: lifecycle.study_archive,
}


def test_every_step_that_is_not_on_the_way_is_refused(draft):
    unguard()  # the database refuses these jumps itself
    for state in State:
        if state != State.DRAFT:
            Study.objects.filter(pk=draft.study.pk).update(state=state, seed=b"x" * 32)
        for target, move in MOVES.items():
            if target in lifecycle.NEXT[state]:
                continue
            with pytest.raises(ConflictError, match="can't become"):
                move(draft.study, draft.owner)
            assert Study.objects.get().state == state


def test_whole_way_leaves_a_chain_that_verifies(opened):
    study = opened.study
    for move in (
        lifecycle.study_pause, lifecycle.study_open, lifecycle.study_close,
        lifecycle.study_unblind, lifecycle.study_archive,
    ):  # fmt: skip
        study = move(study, opened.owner)
    events = list(AuditEvent.objects.filter(study=study))
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    previous = ""
    for event in events:
        assert event.prev_hash == previous
        assert event.hash == event_hash(event, study_slug=study.slug)
        previous = event.hash
    assert events[-1].kind == "study.archived"
    assert "owner" not in repr([event.body for event in events])


def test_lock_freezes_the_protocol_under_its_hash_and_commits_to_the_seed(opened):
    study, protocol = opened.study, opened.study.protocols.get()
    assert protocol.sha256 == protocol_hash(protocol.body)
    assert protocol.locked_by == opened.owner
    assert study.seed_commitment == commitment(bytes(study.seed))
    assert AuditEvent.objects.get(kind="study.locked").body["seed_sha256"] == study.seed_commitment


def test_seed_is_shown_at_close_and_not_before(opened):
    assert not AuditEvent.objects.filter(kind="seed.revealed").exists()
    lifecycle.study_close(opened.study, opened.owner)
    assert AuditEvent.objects.get(kind="seed.revealed").body["seed"] == bytes(opened.study.seed).hex()


def test_every_reader_gets_every_case_once_in_an_order_that_the_seed_recomputes(opened):
    truth = dict(CaseTruth.objects.order_by("case__code").values_list("case__code", "is_synthetic"))
    for participant in opened.participants:
        trials = Trial.objects.filter(participant=participant).order_by("index")
        codes = list(trials.values_list("case__code", flat=True))
        assert sorted(codes) == sorted(truth)
        assert [trial.index for trial in trials] == [1, 2, 3, 4]
        stream = HashStream(bytes(opened.study.seed), f"order|{participant.reader_code}")
        assert codes == [list(truth)[i] for i in constrained_order(list(truth.values()), stream)]


def test_reader_who_joins_an_open_study_gets_all_trials_at_once(opened):
    person("late", "reader")
    late = reader_enrol(opened.study, "late", opened.owner)
    assert late.trials.count() == 4


def test_lock_names_everything_that_is_missing(db, small_protocol):
    owner = person("solo", "admin")
    study = lifecycle.study_create(title="Empty", owner=owner, protocol=small_protocol)
    with pytest.raises(NotReadyError) as caught:
        lifecycle.study_lock(study, owner)
    for word in ("original image", "synthetic image", "reader", "prepare"):
        assert word in caught.value.message
    assert Study.objects.get().state == State.DRAFT


def test_lock_waits_for_every_picture(draft):
    Asset.objects.filter(pk=Asset.objects.first().pk).update(state="waiting", image=None)
    with pytest.raises(NotReadyError, match="3 of 4 prepared"):
        lifecycle.study_lock(draft.study, draft.owner)
    assert not Trial.objects.exists()


def test_locked_study_takes_no_cases_and_loses_none(opened):
    extra = picture(9, "original")
    with pytest.raises(ConflictError, match="locked"):
        cases_add(opened.study, [extra.token], opened.owner)
    with pytest.raises(ConflictError, match="locked"):
        case_remove(opened.study, opened.study.cases.first().code, opened.owner)
    with pytest.raises(ConflictError, match="locked"):
        reader_remove(opened.study, opened.participants[0].reader_code, opened.owner)


def test_only_owner_and_analyst_unblind(opened):
    study = lifecycle.study_close(opened.study, opened.owner)
    helper = person("helper", "admin")
    Membership.objects.create(study=study, user=helper, role=MemberRole.COORDINATOR)
    with pytest.raises(ConflictError, match="owner or analyst"):
        lifecycle.study_unblind(study, helper)
    assert Study.objects.get(pk=study.pk).state == State.CLOSED


@pytest.mark.parametrize("title", ["", "ab", "x" * 121])
def test_title_out_of_bounds_is_refused(db, small_protocol, title):
    with pytest.raises(DomainError) as caught:
        lifecycle.study_create(title=title, owner=person("solo", "admin"), protocol=small_protocol)
    assert caught.value.field == "title"
    assert not Study.objects.exists()


def test_invalid_protocol_is_refused_with_its_key(db, small_protocol):
    small_protocol["analysis"]["margin"] = 7
    with pytest.raises(DomainError, match="margin"):
        lifecycle.study_create(title="Title", owner=person("solo", "admin"), protocol=small_protocol)
