"""What the library's page tells of batches, and the report it sends."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from webapp.imaging.models import IngestFile, IngestRun


@pytest.fixture
def batch(db):
    run = IngestRun.objects.create(
        source="original", state="done", total=3, added=1, duplicates=1, refused=1, seen_at=timezone.now()
    )
    for status, path, reason in [
        ("added", "", ""),
        ("duplicate", "/in/a.png", "a.png was not added: it is already there."),
        ("refused", "=cmd|x.png", "=cmd|x.png was not added: it is empty."),
    ]:
        IngestFile.objects.create(run=run, status=status, path=path, reason=reason)
    return run


@pytest.fixture
def admin(client, people):
    client.force_login(people["admin"])
    return client


def test_library_shows_batches_of_the_last_day(admin, batch):
    page = admin.get(reverse("imaging:library")).content.decode()
    assert "3 files, 1 added, 1 already there, 1 not added." in page
    IngestRun.objects.update(seen_at=timezone.now() - timedelta(days=2))
    assert "not added." not in admin.get(reverse("imaging:library")).content.decode()


def test_state_of_a_running_batch(admin, batch):
    IngestRun.objects.update(state="running", total=10)
    state = admin.get(reverse("imaging:batch", args=[batch.token])).json()
    assert (state["state"], state["done"], state["total"], state["reported"]) == ("running", 3, 10, True)
    assert "3 of 10 files, 1 added" in state["words"]


def test_report_names_every_file_that_was_not_added_and_is_safe_in_spreadsheets(admin, batch):
    answer = admin.get(reverse("imaging:batch-report", args=[batch.token, "json"]))
    assert [row["status"] for row in answer.json()] == ["duplicate", "refused"]
    answer = admin.get(reverse("imaging:batch-report", args=[batch.token, "csv"]))
    assert answer["Content-Disposition"] == 'attachment; filename="not-added.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert rows[2][0] == "'=cmd|x.png"


def test_batches_are_for_admins(client, people, batch):
    for role in ("demo", "reader"):
        client.force_login(people[role])
        assert client.get(reverse("imaging:batch", args=[batch.token])).status_code == 403
        assert client.get(reverse("imaging:batch-report", args=[batch.token, "csv"])).status_code == 403


def test_an_unknown_batch_is_not_found(admin):
    assert admin.get(reverse("imaging:batch", args=["x" * 22])).status_code == 404
