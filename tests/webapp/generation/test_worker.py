"""A real worker on a real broker: what waits is drawn, and a killed worker costs time, never the picture."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from django.db import connection

from tests.services import Valkey
from tests.webapp.generation.tiny_bundle import write_tiny_bundle
from webapp.generation import engine
from webapp.generation.models import GenerationRequest, State, WorkerHeartbeat
from webapp.generation.pictures import request_parameters
from webapp.generation.selectors import drawing_worker_alive, request_state
from webapp.generation.services.requests import request_cancel, request_create
from webapp.imaging.models import Image, Source
from webapp.imaging.selectors import image_pixels

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[3]


class Worker:
    """One drawing worker in its own process group."""

    def __init__(self, env, log):
        command = [sys.executable, "-m", "celery", "-A", "webapp.config", "worker", "-Q", "interactive"]
        command += ["--concurrency", "1", "-n", "generation@test", "--loglevel", "INFO"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )

    def kill(self):
        """End the worker and its child at once, as when the machine loses power."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self):
        """Ask the worker to finish and leave."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


@pytest.fixture
def bundle(tmp_path, settings):
    """An untrained bundle whose pictures take some seconds."""
    write_tiny_bundle(tmp_path / "tiny", size=96, steps=12)
    settings.BUNDLE = str(tmp_path / "tiny")
    return engine.bundle_card()


@pytest.fixture
def start_worker(bundle, settings, tmp_path):
    """Starts workers on the test's database and on a broker of their own; ends all at the end."""
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("an in-memory database can't be shared with a worker process")
    broker = Valkey()
    name = connection.settings_dict["NAME"]
    url = os.environ["DATABASE_URL"]
    stem, _, query = url.partition("?")
    database = f"{stem.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "webapp.config.settings.test",
        "DATABASE_URL": database,
        "REDIS_URL": broker.url,
        "MAMBO_BUNDLE": settings.BUNDLE,
    }
    workers = []
    log = (tmp_path / "worker.log").open("w")

    def start():
        workers.append(Worker(env, log))
        return workers[-1]

    yield start
    for worker in workers:
        if worker.process.poll() is None:
            worker.kill()
    log.close()
    broker.stop()


def asked(person, card, seed):
    """A request whose bell was lost: the worker's sweep finds it."""
    request = request_create(user=person, card=card, raw={"birads": "4", "seed": str(seed)})
    GenerationRequest.objects.filter(pk=request.pk).update(rung_at=None)
    return request


def wait_for(request, reached, seconds=90):
    deadline = time.monotonic() + seconds
    while True:
        request.refresh_from_db()
        if reached(request):
            return
        assert time.monotonic() < deadline, f"still {request.state}, {request.stage} {request.done}"
        time.sleep(0.05)


def ended(request):
    return not request.is_live


def test_killed_worker_costs_time_but_not_the_picture(start_worker, bundle, person):
    request = asked(person, bundle, seed=7)
    assert "No worker is running" in request_state(request)["message"]
    first = start_worker()
    wait_for(request, lambda row: row.stage in {"local", "patch"} and row.overview_id)
    assert drawing_worker_alive()
    first.kill()
    assert request.state == State.RUNNING
    start_worker()
    wait_for(request, ended)
    assert (request.state, request.attempts) == (State.FINISHED, 2)
    undisturbed = engine.draw(
        request_parameters(request),
        engine.Observer(lambda *step: None, lambda *preview: None, lambda: False),
    )
    assert np.array_equal(image_pixels(request.image), undisturbed.pixels)
    assert Image.objects.filter(source=Source.GENERATED).count() == 1
    assert Image.objects.filter(source=Source.PREVIEW).count() == 2


def test_worker_stops_at_a_cancel_and_signs_off(start_worker, bundle, person):
    request = asked(person, bundle, seed=8)
    worker = start_worker()
    wait_for(request, lambda row: row.stage in {"local", "patch"})
    assert WorkerHeartbeat.objects.get().device.startswith(("CPU", "NVIDIA"))
    request_cancel(request)
    wait_for(request, ended, seconds=10)
    assert request.state == State.CANCELLED
    assert not Image.objects.filter(source=Source.GENERATED).exists()
    worker.stop()
    assert not WorkerHeartbeat.objects.exists()
