"""Single jobs for bounded processes, as they come: a process that was started stays ready for a while.

Starting one takes about a second, most of it for reading the decoders' libraries, and somebody who drops a folder
on the page sends its files one by one.
"""

from __future__ import annotations

import threading
from typing import Any

from webapp.imaging.ingest.bounded import DIED, TIME, Limits, Outcome, Worker

LOOK_S = 1.0


class Standby:
    """Up to so many processes, started when they are wanted and ended when nobody wants them.

    Args:
        work: "package.module:function", called with a job; jobs and results are pickled.
        workers: the most jobs at one time; others wait for their turn.
        limits: of each job.
        idle_s: how long a process without a job is kept.
    """

    def __init__(self, work: str, *, workers: int = 2, limits: Limits | None = None, idle_s: float = 60.0) -> None:
        self._work, self._limits, self._idle_s = work, limits or Limits(), idle_s
        self._turns = threading.BoundedSemaphore(workers)
        self._lock = threading.Lock()
        self._idle: list[tuple[Worker, threading.Timer]] = []

    def run(self, job: Any) -> Outcome:
        """Do one job and return what came of it; any thread may call."""
        with self._turns:
            worker = self._ready()
            worker.give(job)
            outcome = _awaited(worker)
            if outcome.failure in {TIME, DIED} or worker.done >= self._limits.jobs:
                worker.end()
            else:
                self._keep(worker)
            return outcome

    def _ready(self) -> Worker:
        with self._lock:
            kept = self._idle.pop() if self._idle else None
        if kept is None:
            return Worker(self._work, self._limits)
        worker, timer = kept
        timer.cancel()
        if worker.process.poll() is None:
            return worker
        worker.end()
        return Worker(self._work, self._limits)

    def _keep(self, worker: Worker) -> None:
        timer = threading.Timer(self._idle_s, self._let_go, [worker])
        timer.daemon = True
        with self._lock:
            self._idle.append((worker, timer))
        timer.start()

    def _let_go(self, worker: Worker) -> None:
        """End a process unless it was taken for another job meanwhile."""
        with self._lock:
            idle = [one for one in self._idle if one[0] is worker]
            self._idle = [one for one in self._idle if one[0] is not worker]
        if idle:
            worker.end()

    def close(self) -> None:
        """End the processes that have no job; without this they end with this process."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker, timer in idle:
            timer.cancel()
            worker.end()


def _awaited(worker: Worker) -> Outcome:
    while True:
        outcome = worker.take() if worker.connection.poll(LOOK_S) else worker.overdue()
        if outcome is not None:
            return outcome
