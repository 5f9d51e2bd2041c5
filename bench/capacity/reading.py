"""What one reading costs a live site, and whether the model foretells what a crowd sees."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.capacity import figures
from bench.capacity.costs import Costs
from bench.capacity.queueing import Step, simulate
from bench.table import Row

SIZES, LOOK_S = (8, 40), 0.5
CASES, ALONE = 240, 60
OBSERVED_S, QUICK_S = 30.0, 3.0
ANSWERS = {"origin": "real", "confidence": 1, "birads": "1"}
ROOT = Path(__file__).resolve().parents[2]
PLACES = 24  # webapp.config.settings.base.WEB_AT_ONCE
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Watched:
    """What some readers saw, and what the servers spent on it."""

    next_s: list[float] = field(default_factory=list)
    answer_s: list[float] = field(default_factory=list)
    seconds: float = 0.0
    web_s: float = 0.0
    database_s: float = 0.0

    @property
    def readings(self) -> int:
        """How many answers were stored."""
        return len(self.answer_s)


class Crowd:
    """An open study with readers who are signed in, on a web server and a PostgreSQL that share one core."""

    def __init__(self, server: Any, *, quick: bool) -> None:
        """Make the study and its readers."""
        from bench.studies import study_draft
        from studies.services.enrolment import reader_enrol
        from studies.services.lifecycle import study_lock, study_open
        from webapp.accounts.services import user_create

        self.server, self.quick = server, quick
        self.seconds = QUICK_S if quick else OBSERVED_S
        self.study, self.owner = study_draft("Capacity", 40 if quick else CASES)
        users = [
            user_create(username=f"reader{n}", password="", role="reader", check_password=False)
            for n in range(sum(SIZES) + 2)
        ]
        self.people = [reader_enrol(self.study, user.username, self.owner).token for user in users]
        study_lock(self.study, self.owner)
        self.study = study_open(self.study, self.owner)
        self.cookies = [_session(user) for user in users]

    def watch(self, web: subprocess.Popen[bytes], base: str, readers: Sequence[int], look_s: float) -> Watched:
        """Let these readers read for a while."""
        seen = Watched()
        before = _spent(web.pid), _spent(self.server.server.get_pid(), children=True)
        begun = time.perf_counter()
        with ThreadPoolExecutor(max_workers=len(readers)) as pool:
            ends = begun + self.seconds
            for one in pool.map(lambda reader: self._read(base, reader, look_s, ends), readers):
                seen.next_s += one.next_s
                seen.answer_s += one.answer_s
        seen.seconds = time.perf_counter() - begun
        seen.web_s = _spent(web.pid) - before[0]
        seen.database_s = _spent(self.server.server.get_pid(), children=True) - before[1]
        return seen

    def _read(self, base: str, reader: int, look_s: float, ends: float) -> Watched:
        import random

        from studies.services.rehearsal.browser import Browser

        rng, seen = random.Random(reader), Watched()
        browser = Browser(base, cookies=dict(self.cookies[reader]))
        while time.perf_counter() < ends:
            reply, took = _timed(browser.get, f"/api/r/{self.people[reader]}/next/")
            if reply.status == 204:  # every case is read
                break
            if reply.status != 200:
                raise RuntimeError(f"next: expected 200, got {reply.status}: {reply.body[:200]!r}")
            seen.next_s.append(took)
            if look_s:
                time.sleep(rng.expovariate(1 / look_s))
            body = {
                "trial": reply.json()["token"], "revision": 1, "answers": ANSWERS, "marks": [],
                "client_at": "2026-01-01T10:00:00Z", "active_ms": 1000,
            }  # fmt: skip
            reply, took = _timed(browser.put, f"/api/r/responses/{uuid.uuid4()}/", body)
            if reply.status != 201:
                raise RuntimeError(f"answer: expected 201, got {reply.status}: {reply.body[:200]!r}")
            seen.answer_s.append(took)
        browser.close()
        return seen


def measure(crowd: Crowd) -> tuple[list[Row], Costs]:
    """Return the rows of one reading and of two sizes of crowd, and the costs."""
    bytes_before = _database_bytes()
    with _one_core(crowd.server) as (web, base):
        crowd.watch(web, base, [0], 0.0)  # caches and connections
        alone = crowd.watch(web, base, [1], 0.0)
        watched, first = {}, 2
        for size in SIZES:
            watched[size] = crowd.watch(web, base, range(first, first + size), LOOK_S)
            first += size
    stored = alone.readings + sum(one.readings for one in watched.values())
    costs = Costs(
        web_s=alone.web_s / alone.readings,
        database_s=alone.database_s / alone.readings,
        locked_s=_locked_seconds(crowd),
        answer_bytes=(_database_bytes() - bytes_before) / stored,
        **figures.from_documents(),
    )
    rows = [
        Row("web process, of one reading", costs.web_s * 1000, "ms of a core"),
        Row("PostgreSQL, of one reading", costs.database_s * 1000, "ms of a core"),
        Row("one answer holds its study's row", costs.locked_s * 1000, "ms"),
        Row("a stored answer with its event and indexes", costs.answer_bytes / 1000, "kB"),
    ]
    return rows + _compared(alone, watched, crowd.seconds), costs


def _compared(alone: Watched, watched: dict[int, Watched], seconds: float) -> list[Row]:
    """Hold the simulation, which knows one reader alone, against what the crowds saw."""
    steps, rows = _steps(alone), []
    for size, seen in watched.items():
        told = simulate(size, steps, look_s=LOOK_S, places=PLACES, seconds=seconds, seed=size)
        rate = seen.readings / seen.seconds
        rows.append(Row(f"{size} readers: readings", rate, "1/s", "foretold", rate / told.rounds_per_s))
        for name, place, times in (("next", 0, seen.next_s), ("answer", 1, seen.answer_s)):
            found, said = _percentile(times, 0.95), told.percentile(place, 0.95)
            rows.append(Row(f"{size} readers: {name}, p95", found * 1000, "ms", "foretold", found / said))
    return rows


def _steps(alone: Watched) -> list[Step]:
    """Return a round's requests: the work is shared out by how long each took a reader alone."""
    walls = [sum(times) / len(times) for times in (alone.next_s, alone.answer_s)]
    work = (alone.web_s + alone.database_s) / alone.readings
    shares = [work * wall / sum(walls) for wall in walls]
    idle = [max(0.0, wall - share) for wall, share in zip(walls, shares, strict=True)]
    return [Step(shares[0], idle[0]), Step(shares[1], idle[1], after_look=True)]


@contextmanager
def _one_core(server: Any) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Serve the site with web server and PostgreSQL on one core, and ask from another one."""
    from devkit.processes import free_port, wait_until
    from tests.services import answers

    cores = sorted(os.sched_getaffinity(0))
    served, asked = {cores[0]}, {cores[-1]}
    for process in (server.server.get_pid(), *_children(server.server.get_pid())):
        os.sched_setaffinity(process, served)
    os.sched_setaffinity(0, served)  # the web server inherits it
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "webapp.config.asgi:application", "--log-level", "critical"]
    web = subprocess.Popen([*command, "--port", str(port)], cwd=ROOT, stderr=subprocess.DEVNULL)
    os.sched_setaffinity(0, asked)
    try:
        wait_until(lambda: answers(port), "The web server", seconds=120)
        yield web, f"http://127.0.0.1:{port}"
    finally:
        web.kill()
        web.wait()
        os.sched_setaffinity(0, set(cores))


def _spent(process: int, *, children: bool = False) -> float:
    """Return core seconds of a process so far; with its children, those that ended too."""

    def read(one: int, last: int) -> float:
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        return sum(int(value) for value in fields[11:last]) / TICKS

    if not children:
        return read(process, 13)
    total = read(process, 15)
    for child in _children(process):
        try:
            total += read(child, 13)
        except OSError:  # it ended meanwhile, and the parent counts it from now on
            continue
    return total


def _children(process: int) -> list[int]:
    from bench.fault_site import _children as found

    return found(process)


def _locked_seconds(crowd: Crowd) -> float:
    """Return the median time from asking for the study's row to the end of the request that answers."""
    from django.db import connection
    from django.test import Client

    client = Client()
    client.cookies.load(dict(crowd.cookies[-1]))
    found: list[float] = []
    for _ in range(30):
        shown = client.get(f"/api/r/{crowd.people[-1]}/next/").json()["token"]
        locked: list[float] = []

        def watch(execute: Any, sql: str, *rest: Any, locked: list[float] = locked) -> Any:
            if 'FROM "studies_study"' in sql and "FOR UPDATE" in sql and not locked:
                locked.append(time.perf_counter())
            return execute(sql, *rest)

        body = {
            "trial": shown, "revision": 1, "answers": ANSWERS, "marks": [],
            "client_at": "2026-01-01T10:00:00Z", "active_ms": 1000,
        }  # fmt: skip
        with connection.execute_wrapper(watch):
            reply = client.put(f"/api/r/responses/{uuid.uuid4()}/", body, content_type="application/json")
        if reply.status_code != 201 or not locked:
            raise RuntimeError(
                f"expected a stored answer under a lock, got {reply.status_code}, {len(locked)} locks"
            )
        found.append(time.perf_counter() - locked[0])
    return sorted(found)[len(found) // 2]


def _database_bytes() -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_total_relation_size(relid)) FROM pg_stat_user_tables WHERE relname LIKE 'studies_%'"
        )
        return float(cursor.fetchone()[0])


def _session(user: Any) -> dict[str, str]:
    from django.test import Client

    client = Client()
    client.force_login(user)
    return {name: morsel.value for name, morsel in client.cookies.items()}


def _timed(call: Any, *arguments: Any) -> tuple[Any, float]:
    started = time.perf_counter()
    return call(*arguments), time.perf_counter() - started


def _percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]
