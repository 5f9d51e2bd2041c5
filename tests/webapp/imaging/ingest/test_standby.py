"""Single jobs in processes that stay ready."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from webapp.imaging.ingest.bounded import DIED, ERROR, TIME, Limits
from webapp.imaging.ingest.standby import Standby

WORK = "tests.webapp.imaging.ingest.workloads:work"


@pytest.fixture
def standby() -> Iterator[Standby]:
    made = Standby(WORK, workers=2, limits=Limits(seconds=1.0, data_bytes=1 << 30), idle_s=30)
    yield made
    made.close()


def test_a_process_is_kept_for_the_next_job(standby):
    assert standby.run("a").result == "a!"
    (kept, _), *_ = standby._idle
    assert standby.run("b").result == "b!"
    assert [worker for worker, _ in standby._idle] == [kept]


@pytest.mark.parametrize(
    ("job", "failure"), [("crash", DIED), ("hang", TIME), ("raise", ERROR), ("greedy", ERROR)]
)
def test_a_bad_job_comes_back_and_the_next_one_is_done(standby, job, failure):
    assert standby.run(job).failure == failure
    assert standby.run("a").result == "a!"


def test_a_process_that_ended_while_it_waited_is_replaced(standby):
    standby.run("a")
    standby._idle[0][0].process.kill()
    standby._idle[0][0].process.wait()
    assert standby.run("b").result == "b!"


def test_jobs_from_many_threads_share_the_processes(standby):
    found: list[str] = []
    threads = [threading.Thread(target=lambda n=n: found.append(standby.run(str(n)).result)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(found) == [f"{n}!" for n in range(6)]
    assert len(standby._idle) <= 2


def test_a_process_that_nobody_wants_ends():
    standby = Standby(WORK, idle_s=0.05)
    standby.run("a")
    worker = standby._idle[0][0] if standby._idle else None
    deadline = time.monotonic() + 5
    while standby._idle and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not standby._idle
    assert worker is None or worker.process.wait(5) is not None
