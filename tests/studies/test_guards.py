"""What was read, and what was locked, can't change: tried by ORM and by raw SQL on the test database."""

from __future__ import annotations

import json
import sqlite3
import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from studies.guards import guards
from studies.models.audit import AuditEvent
from studies.models.case import Case
from studies.models.response import Response
from studies.models.study import ProtocolVersion
from studies.models.truth import CaseTruth

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


def test_guards_hold_on_sqlite_too(tmp_path):
    """The demo runs on SQLite; its own triggers are tried on a table cut to what they read."""
    from studies.guards import _SQLITE

    database = sqlite3.connect(tmp_path / "guards.sqlite3")
    database.executescript(
        """CREATE TABLE studies_study (id INTEGER, state TEXT);
        CREATE TABLE studies_case (id INTEGER, study_id INTEGER, code TEXT);
        CREATE TABLE studies_casetruth (id INTEGER, case_id INTEGER, is_synthetic INTEGER);
        CREATE TABLE studies_response (id INTEGER, active_ms INTEGER);
        CREATE TABLE studies_auditevent (id INTEGER, seq INTEGER);
        CREATE TABLE studies_analysisrun (id INTEGER, seed INTEGER);
        CREATE TABLE studies_protocolversion (id INTEGER, body TEXT, locked_at TEXT);"""
    )
    for name, table, event, condition, message in guards():
        database.execute(f"CREATE TABLE IF NOT EXISTS {table} (id INTEGER)")
        parts = {"name": name, "table": table, "event": event, "condition": condition, "message": message}
        for statement in _SQLITE:
            database.execute(statement.format(**parts))
    database.executescript(
        """INSERT INTO studies_study VALUES (1, 'draft');
        INSERT INTO studies_case VALUES (1, 1, 'A');
        INSERT INTO studies_casetruth VALUES (1, 1, 0);
        UPDATE studies_casetruth SET is_synthetic = 1;
        INSERT INTO studies_response VALUES (1, 5);
        INSERT INTO studies_auditevent VALUES (1, 1);
        INSERT INTO studies_analysisrun VALUES (1, 0);
        INSERT INTO studies_protocolversion VALUES (1, '{}', NULL);
        UPDATE studies_protocolversion SET locked_at = 'now';
        UPDATE studies_study SET state = 'locked';"""
    )
    for statement in (
        "UPDATE studies_response SET active_ms = 1",
        "DELETE FROM studies_response",
        "UPDATE studies_auditevent SET seq = 9",
        "DELETE FROM studies_auditevent",
        "UPDATE studies_analysisrun SET seed = 1",
        "DELETE FROM studies_analysisrun",
        "UPDATE studies_protocolversion SET body = ''",
        "UPDATE studies_casetruth SET is_synthetic = 0",
        "DELETE FROM studies_case",
        "INSERT INTO studies_case VALUES (2, 1, 'B')",
        "INSERT INTO studies_casetruth VALUES (2, 1, 1)",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            database.execute(statement)
    database.close()
