"""Work in processes of its own, within limits of time and memory.

A decoder is foreign code that reads foreign bytes: it may crash, hang or ask for all the memory. In a process of
its own it can do so without taking the batch along.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
TIME, DIED, ERROR = "time", "died", "error"
LOOK_S = 1.0
# All that foreign code behind foreign bytes gets of our variables: no key, no password, no address of a database.
INHERITED = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "HOME", "PYTHONWARNINGS")


@dataclass(frozen=True)
class Limits:
    """What one piece of work may take.

    Args:
        seconds: wall time of a job; the start of a process is not counted.
        data_bytes: private memory of a process.
        jobs: after so many a process is replaced, so that nothing leaks for long.
    """

    seconds: float = 120.0
    data_bytes: int = 3 << 30
    jobs: int = 500


@dataclass(frozen=True)
class Outcome:
    """What came of a job.

    Args:
        job: as it was given.
        result: what the work returned; none when it failed.
        failure: "" or TIME (killed at its limit), DIED (the process ended), ERROR (it raised).
        detail: the exit status or the exception, for a log.
        seconds: wall time.
        peak_bytes: the largest resident size of the process so far; 0 when it is gone.
    """

    job: Any
    result: Any = None
    failure: str = ""
    detail: str = ""
    seconds: float = 0.0
    peak_bytes: int = 0


class Worker:
    """One process: at most one job at a time.

    Args:
        work: "package.module:function", called with a job; jobs and results are pickled.
        limits: of each job.
    """

    def __init__(self, work: str, limits: Limits) -> None:
        """Start the process; a job may be given at once."""
        self.limits = limits
        self.connection: Connection
        self.connection, theirs = multiprocessing.Pipe()
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        environment |= {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "webapp.imaging.ingest.bounded_process",
             str(theirs.fileno()), work, str(limits.data_bytes)],
            pass_fds=[theirs.fileno()], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        theirs.close()
        self.job: Any = None
        self.busy = False
        self.ready = False
        self.done = 0
        self.started = time.monotonic()

    def give(self, job: Any) -> None:
        """Hand over a job; a process that is gone is noticed at `take`."""
        self.job, self.busy, self.started = job, True, time.monotonic()
        try:
            self.connection.send(job)
        except OSError:
            self.process.kill()

    def take(self) -> Outcome | None:
        """Return the outcome when there is one; none when the process only said that it has started."""
        seconds = time.monotonic() - self.started
        try:
            kind, value, peak = self.connection.recv()
        except (EOFError, OSError):
            status = self.process.wait()
            return Outcome(self.job, failure=DIED, detail=f"exit status {status}", seconds=seconds)
        if kind == "ready":
            self.ready, self.started = True, time.monotonic()
            return None
        self.busy, self.done = False, self.done + 1
        if kind == "error":
            return Outcome(self.job, failure=ERROR, detail=value, seconds=seconds, peak_bytes=peak)
        return Outcome(self.job, value, seconds=seconds, peak_bytes=peak)

    def overdue(self) -> Outcome | None:
        """Kill it and return the outcome when its job has had its time; a start may take as long again."""
        seconds = time.monotonic() - self.started
        if seconds <= self.limits.seconds * (1 if self.ready else 2) + (not self.ready) * 60:
            return None
        self.process.kill()
        return Outcome(self.job, failure=TIME, seconds=seconds)

    def end(self) -> None:
        """Kill the process and wait for it."""
        self.process.kill()
        self.process.wait()
        self.connection.close()


def bounded(
    work: str, jobs: Iterable[Any], *, workers: int, limits: Limits | None = None
) -> Iterator[Outcome | None]:
    """Yield the outcome of each job as it comes, and none about every second meanwhile.

    Jobs are taken from the iterable as workers become free, so that it may be long. An abandoned iteration ends
    the processes; when this process is killed they end by themselves.

    Args:
        work: "package.module:function", called with a job; jobs and results are pickled.
        jobs: the jobs.
        workers: how many processes.
        limits: of each job.
    """
    limits = limits or Limits()
    waiting = iter(jobs)
    crew: list[Worker] = []
    try:
        while True:
            _fill(crew, waiting, work, workers, limits)
            if not crew:
                return
            yield from _harvest(crew)
    finally:
        for worker in crew:
            worker.end()


def _fill(crew: list[Worker], waiting: Iterator[Any], work: str, workers: int, limits: Limits) -> None:
    """Give every free worker a job; start workers while there are jobs, and end those without any."""
    for place in range(max(workers, 1)):
        worker = crew[place] if place < len(crew) else None
        if worker is not None and worker.busy:
            continue
        try:
            job = next(waiting)
        except StopIteration:
            break
        if worker is not None and (worker.done >= limits.jobs or worker.process.poll() is not None):
            worker.end()
            worker = None
        if worker is None:
            worker = Worker(work, limits)
            crew[place : place + 1] = [worker]
        worker.give(job)
    for worker in [worker for worker in crew if not worker.busy]:
        worker.end()
        crew.remove(worker)


def _harvest(crew: list[Worker]) -> Iterator[Outcome | None]:
    ready = wait([worker.connection for worker in crew], timeout=LOOK_S)
    if not ready:
        yield None
    for worker in list(crew):
        outcome = worker.take() if worker.connection in ready else worker.overdue()
        if outcome is None:
            continue
        if outcome.failure in {TIME, DIED}:
            worker.end()
            crew.remove(worker)
        yield outcome
