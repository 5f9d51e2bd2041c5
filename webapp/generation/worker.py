"""What a worker does besides its tasks: heartbeat, sweep, and loading the model before the first request.

Heartbeat and sweep live in a thread of the worker's main process, so there is no scheduler to run and a
busy or hung child can't silence them. The main process never touches torch: CUDA doesn't survive a fork.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

from celery.signals import celeryd_after_setup, worker_process_init, worker_ready, worker_shutting_down
from django.db import DatabaseError, connections

from webapp.core.errors import DomainError
from webapp.generation import engine
from webapp.generation.batches.tasks import screen_ring
from webapp.generation.checkpoints import checkpoints_sweep
from webapp.generation.selectors import QUEUE
from webapp.generation.services.requests import requests_sweep
from webapp.generation.services.workers import worker_beat, worker_leave, worker_loaded
from webapp.generation.tasks import ring
from webapp.imaging.housekeeping import housekeeping

logger = logging.getLogger(__name__)

BEAT_S = 5.0


class Pulse(threading.Thread):
    """Beats and sweeps every five seconds until it is told to stop.

    A killed worker's request is taken up within the lease and one beat: 15 s.
    """

    def __init__(self, name: str, queues: list[str]) -> None:
        """Remember who beats, and for which queues."""
        super().__init__(name="pulse", daemon=True)
        self._worker, self._queues, self._stopped = name, queues, threading.Event()

    def run(self) -> None:
        """Beat until stopped; a database that is away for a while only costs beats."""
        while True:
            self._beat()
            if self._stopped.wait(BEAT_S):
                return

    def stop(self) -> None:
        """End the thread and forget the worker."""
        self._stopped.set()
        self.join(BEAT_S)
        try:
            worker_leave(self._worker)
        except DatabaseError as error:
            logger.warning("the worker could not sign off: %s", error)
        finally:
            connections.close_all()

    def _beat(self) -> None:
        try:
            worker_beat(self._worker, queues=self._queues)
            if QUEUE in self._queues:
                for request_id in requests_sweep():
                    ring(request_id)
                checkpoints_sweep()
                screen_ring()
            housekeeping()
        except DatabaseError as error:
            logger.warning("no heartbeat was written: %s", error)
        finally:
            # A connection of this thread must not be open when the pool forks a child.
            connections.close_all()


_worker: dict[str, Any] = {"name": "", "queues": [], "pulse": None}


@celeryd_after_setup.connect
def remember_worker(sender: str, instance: Any, **kwargs: Any) -> None:
    """Note the worker's name and queues before the pool forks, so that the children know them.

    The first heartbeat is written here too: it forgets the device of an earlier process, and must not
    come after a child has told its own.
    """
    _worker["name"] = sender
    _worker["queues"] = sorted(instance.app.amqp.queues.consume_from)
    try:
        worker_beat(sender, queues=_worker["queues"], started=True)
    except DatabaseError as error:
        logger.warning("no heartbeat was written: %s", error)
    finally:
        connections.close_all()


@worker_ready.connect
def start_pulse(**kwargs: Any) -> None:
    """Start to beat; the first beat sweeps at once."""
    _worker["pulse"] = Pulse(_worker["name"], _worker["queues"])
    _worker["pulse"].start()
    logger.info("worker %s takes from %s", _worker["name"], ", ".join(_worker["queues"]))


@worker_shutting_down.connect
def stop_pulse(**kwargs: Any) -> None:
    """Sign off."""
    if _worker["pulse"] is not None:
        threading.Thread(target=_worker["pulse"].stop, name="sign-off", daemon=True).start()


@worker_process_init.connect
def load_model(**kwargs: Any) -> None:
    """Load the model in a child of a drawing worker, beside its start, which Celery limits to seconds."""
    if QUEUE in _worker["queues"]:
        threading.Thread(target=_load_model, name="load-model", daemon=True).start()


def _load_model() -> None:
    try:
        device = engine.warm_up()
        worker_loaded(_worker["name"], device=device, bundle=engine.bundle_card().name)
    except (DomainError, DatabaseError) as error:
        logger.warning("the model was not loaded ahead: %s", error)
    finally:
        connections.close_all()
