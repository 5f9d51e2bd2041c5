"""What was read, and what was locked, can't change: tried by ORM and by raw SQL on the test database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from studies.guards import STEPS, guards
from studies.models.audit import AuditEvent
from studies.models.case import Asset, Case
from studies.models.participant import Participant
from studies.models.response import Response
from studies.models.study import Membership, ProtocolVersion, Study
from studies.models.trial import Trial
from studies.models.truth import CaseTruth
from studies.services import lifecycle
from studies.services.lifecycle import NEXT

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(reader_client, opened):
    token = reader_client.get(reverse("studies:next", args=[opened.participants[0].token])).json()["token"]
    body = {
        "trial": token, "revision": 1, "answers": {"origin": "real", "confidence": 1, "birads": "1"}, "marks": [],
        "client_at": timezone.now().isoformat(), "active_ms": 1,
    }  # fmt: skip
    url = reverse("studies:response", args=[uuid.uuid4()])
    assert reader_client.put(url, json.dumps(body), content_type="application/json").status_code == 201
    return opened


def refused(action):
    with pytest.raises(DatabaseError), transaction.atomic():
        action()


def sql(statement):
    def run():
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


@pytest.mark.parametrize("model", [Response, AuditEvent])
def test_append_only_rows_refuse_update_and_delete(answered, model):
    table = model._meta.db_table
    column = "active_ms" if model is Response else "seq"
    count = model.objects.count()
    assert count
    refused(sql(f"UPDATE {table} SET {column} = 77"))
    refused(sql(f"DELETE FROM {table}"))
    refused(lambda: model.objects.all()._raw_delete("default"))
    refused(lambda: model.objects.update(**{column: 77}))
    assert model.objects.count() == count
    assert not model.objects.filter(**{column: 77}).exists()


def test_locked_protocol_refuses_change(answered):
    refused(lambda: ProtocolVersion.objects.update(body={}))
    refused(sql("UPDATE studies_protocolversion SET sha256 = ''"))
    refused(sql("DELETE FROM studies_protocolversion"))


def test_cases_and_truth_of_a_locked_study_refuse_change(answered):
    refused(lambda: CaseTruth.objects.update(is_synthetic=True))
    refused(sql("UPDATE studies_casetruth SET birads = '1'"))
    refused(sql("DELETE FROM studies_casetruth"))
    refused(lambda: Case.objects.update(code="X"))
    refused(lambda: Case.objects.create(study=answered.study, code="NEW"))
    truth = CaseTruth.objects.first()
    truth.pk, truth.case = None, Case.objects.first()
    refused(truth.save)


def test_every_guard_is_in_the_database(db):
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    assert {name for name, *_ in guards()} <= present


def set_state(study, state):
    return lambda: Study.objects.filter(pk=study.pk).update(state=state)


def test_study_takes_no_step_off_its_way(opened):
    """I6 and the way: tried by ORM and by raw SQL, from every state of the way that is reached."""
    for state, wrong in {
        "open": ("draft", "locked", "unblinded", "archived"),
        "closed": ("open", "archived"),
    }.items():
        if state == "closed":
            lifecycle.study_close(opened.study, opened.owner)
        for other in wrong:
            refused(set_state(opened.study, other))
            refused(sql(f"UPDATE studies_study SET state = '{other}'"))
        assert Study.objects.get().state == state


def test_ways_of_database_and_service_are_the_same():
    assert set(STEPS) == {(before.value, after.value) for before in NEXT for after in NEXT[before]}


def test_seed_slug_and_study_stay(opened):
    refused(lambda: Study.objects.update(seed=b"y" * 32))
    refused(lambda: Study.objects.update(slug="other"))
    refused(sql("DELETE FROM studies_study"))


def test_locked_study_gets_no_second_protocol(opened):
    body = opened.study.protocols.get().body
    refused(lambda: ProtocolVersion.objects.create(study=opened.study, number=2, body=body))


def test_order_of_trials_stays(opened):
    first, second = Trial.objects.order_by("pk")[:2]
    refused(lambda: Trial.objects.filter(pk=first.pk).update(case=second.case))
    refused(lambda: Trial.objects.filter(pk=first.pk).update(token="x" * 22))
    refused(lambda: Trial.objects.filter(pk=first.pk).update(index=77))
    refused(sql(f"DELETE FROM studies_trial WHERE id = {first.pk}"))
    with pytest.raises(DatabaseError), transaction.atomic():
        Trial.objects.create(participant=first.participant, case=first.case, index=first.index)


def test_pictures_of_a_locked_study_stay(opened):
    first, second = Asset.objects.order_by("pk")[:2]
    refused(lambda: Asset.objects.filter(pk=first.pk).update(image=second.image))
    refused(sql(f"DELETE FROM studies_asset WHERE id = {first.pk}"))


def response_of(trial, protocol):
    now = timezone.now()
    return Response(
        id=uuid.uuid4(), trial=trial, protocol=protocol, answers={}, sha256="0" * 64, client_at=now, server_at=now,
        active_ms=1,
    )  # fmt: skip


def test_answer_is_stored_only_while_open_and_under_the_locked_protocol(opened):
    """I2 and I3 by ORM; by the API they are answered before the database is asked."""
    trial, protocol = Trial.objects.first(), opened.study.protocols.get()
    other = lifecycle.study_create(title="Other", owner=opened.owner, protocol=protocol.body)
    refused(lambda: response_of(trial, other.protocols.get()).save(force_insert=True))
    lifecycle.study_pause(opened.study, opened.owner)
    refused(lambda: response_of(trial, protocol).save(force_insert=True))
    lifecycle.study_open(opened.study, opened.owner)
    response_of(trial, protocol).save(force_insert=True)
    lifecycle.study_close(opened.study, opened.owner)
    refused(lambda: response_of(Trial.objects.last(), protocol).save(force_insert=True))
    assert Response.objects.count() == 1


def test_participant_keeps_code_place_and_count(answered):
    refused(lambda: Participant.objects.update(reader_code="OTHR"))
    refused(lambda: Participant.objects.filter(done=1).update(done=0))
    refused(lambda: Participant.objects.update(token="x" * 22))


def test_nobody_is_staff_and_reader_of_one_study(opened):
    reader = Membership.objects.get(user=opened.reader)
    refused(lambda: Membership.objects.create(study=opened.study, user=opened.reader, role="analyst"))
    refused(lambda: Membership.objects.filter(pk=reader.pk).update(role="analyst"))
    refused(sql(f"UPDATE studies_membership SET role = 'owner' WHERE id = {reader.pk}"))


def test_guards_hold_on_sqlite_too(tmp_path):
    """The demo runs on SQLite: there this very file is run again."""
    if connection.vendor == "sqlite":
        return
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/guards.sqlite3"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stdout[-3000:]
