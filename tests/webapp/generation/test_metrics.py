"""Figures of generation come from the rows, and name nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from webapp.generation import metrics
from webapp.generation.models import GenerationRequest, State
from webapp.generation.services.attempts import Spent, attempt_begin, attempt_fail, attempt_report
from webapp.generation.services.requests import request_create
from webapp.generation.services.workers import worker_beat
from webapp.generation.spending import Meter
from webapp.operations.metrics import metrics_text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def broker(monkeypatch):
    """The broker answers."""
    monkeypatch.setattr(metrics, "broker_answers", lambda: True)


def read(text):
    """Return values by name and labels."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def test_figures_are_those_of_the_rows(queued, person, card):
    now = timezone.now()
    other = request_create(user=person, card=card, raw={"seed": "8"})
    GenerationRequest.objects.filter(pk=other.pk).update(
        state=State.FINISHED,
        created_at=now - timedelta(seconds=40),
        started_at=now - timedelta(seconds=33),
        finished_at=now,
        attempts=2,
        cpu_s=30.5,
    )
    GenerationRequest.objects.filter(pk=queued.pk).update(created_at=now - timedelta(seconds=90))
    worker_beat("draw@here", queues=["interactive"])
    told = read(metrics_text())
    interactive = ("queue", "interactive")
    assert told["mambo_generation_requests", interactive, ("state", "queued")] == 1
    assert told["mambo_generation_requests", ("queue", "batch"), ("state", "queued")] == 0
    assert told["mambo_generation_oldest_wait_seconds", interactive] == pytest.approx(90, abs=5)
    assert told["mambo_generation_wait_seconds_bucket", ("le", "5.0"), interactive] == 0
    assert told["mambo_generation_wait_seconds_bucket", ("le", "10.0"), interactive] == 1
    assert told["mambo_generation_draw_seconds_bucket", ("le", "30.0"), interactive] == 0
    assert told["mambo_generation_draw_seconds_bucket", ("le", "+Inf"), interactive] == 1
    assert told["mambo_generation_draw_seconds_sum", interactive] == pytest.approx(33)
    assert told["mambo_generation_draw_seconds_count", ("queue", "batch")] == 0
    assert told[("mambo_generation_cpu_seconds_total",)] == 30.5
    assert told[("mambo_generation_attempts_total",)] == 2
    assert told["mambo_worker_heartbeat_age_seconds", ("queues", "interactive"), ("worker", "draw@here")] < 5
    assert told[("mambo_broker_up",)] == 1


def test_failures_are_counted_by_kind(queued):
    attempt_fail(attempt_begin(queued.pk), "The model can't be used.", "no_model")
    assert read(metrics_text())["mambo_generation_failures_total", ("kind", "no_model")] == 1


def test_cost_of_all_attempts_adds_up(queued):
    for seconds in (2.0, 3.5):
        attempt = attempt_begin(queued.pk)
        attempt_report(attempt, stage="", done=0, total=0, remaining_s=None, spent=Spent(seconds, 1.0))
        GenerationRequest.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    told = read(metrics_text())
    assert told[("mambo_generation_cpu_seconds_total",)] == 5.5
    assert told[("mambo_generation_gpu_seconds_total",)] == 2.0


def test_meter_shares_the_cost_among_those_drawn_together():
    cpu, wall = iter((10.0, 14.0, 15.0)), iter((0.0, 2.0, 2.0))
    meter = Meter(on_card=True, shared_by=4, processor=lambda: next(cpu), clock=lambda: next(wall))
    assert meter() == Spent(1.0, 0.5)
    assert meter() == Spent(0.25, 0.0)


def test_figures_name_no_person_and_no_picture(queued, person, card):
    attempt_begin(queued.pk)
    text = metrics_text().decode()
    for secret in (person.username, queued.token, queued.dedup_key, "birads", "MLO"):
        assert secret not in text
