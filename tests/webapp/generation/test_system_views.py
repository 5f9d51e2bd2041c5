"""The system page and the health answer tell what a worker itself said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from webapp.generation import engine, health
from webapp.generation.models import WorkerHeartbeat
from webapp.generation.services.workers import worker_beat, worker_leave, worker_loaded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def installed(monkeypatch, card):
    """The installed bundle is the test card's."""
    monkeypatch.setattr(engine, "bundle_card", lambda name=None: card)


def test_page_is_for_admins(client, person, boss):
    client.force_login(person)
    assert client.get(reverse("system:status")).status_code == 403
    client.force_login(boss)
    text = client.get(reverse("system:status")).content.decode()
    assert "No worker is running" in text
    assert "tiny" in text


def test_page_tells_a_silent_worker_from_a_living_one(client, boss):
    worker_beat("generation@one", queues=["interactive"], started=True)
    worker_loaded("generation@one", device="CPU, 2 threads", bundle="tiny")
    worker_beat("preparation@one", queues=["preparation"])
    WorkerHeartbeat.objects.filter(name="preparation@one").update(last_seen=timezone.now() - timedelta(minutes=2))
    client.force_login(boss)
    text = client.get(reverse("system:status")).content.decode()
    assert "CPU, 2 threads" in text
    assert "silent for 120 s" in text
    assert "No worker is running" not in text


def test_health_is_ok_while_a_worker_draws(client):
    worker_beat("generation@one", queues=["interactive"])
    answer = client.get(reverse("system:health"))
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["workers"] == {"alive": 1, "drawing": 1}
    worker_leave("generation@one")
    assert client.get(reverse("system:health")).json()["status"] == "waiting"


def test_health_is_down_when_the_broker_is_away(client, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    answer = client.get(reverse("system:health"))
    assert answer.status_code == 503
    assert answer.json()["broker"] is False


def test_health_names_no_path_and_no_person(client, person):
    worker_beat("generation@secret-host", queues=["interactive"])
    text = client.get(reverse("system:health")).content.decode()
    assert "secret-host" not in text
    assert person.username not in text


def test_restarted_worker_forgets_what_the_dead_one_had_loaded(db):
    worker_beat("generation@one", queues=["interactive"], started=True)
    worker_loaded("generation@one", device="GPU", bundle="old")
    worker_beat("generation@one", queues=["interactive"], started=True)
    assert WorkerHeartbeat.objects.get().device == ""


def test_versions_are_read_without_importing_torch():
    assert dict(health.version_facts())["torch"].startswith("2.")
