"""Random schedules of faults: many in one process, some on a live site whose servers are killed for real."""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.fault_site import VICTIMS, Site
from bench.studies import site_setup, study_draft
from bench.table import Row

SCHEDULES, KILLED = 1_000, 36
READERS, CASES, KILLS = 4, 6, 2  # of one schedule with kills
PATIENCE_S, VANISH_SHARE = 120.0, 0.15
ROOT = Path(__file__).resolve().parents[1]


def measure(*, quick: bool = False) -> list[Row]:
    """Return the rows; quick ones are few."""
    return [*_in_process(20 if quick else SCHEDULES), *_on_a_live_site(3 if quick else KILLED)]


def _in_process(schedules: int) -> list[Row]:
    """Play the property test with as many schedules.

    Raises:
        RuntimeError: when one of them loses, doubles or changes an answer; with its steps.
    """
    with tempfile.TemporaryDirectory(prefix="mambo-bench-") as folder:
        report = Path(folder) / "happened.json"
        environment = os.environ | {
            "MAMBO_SCHEDULES": str(schedules),
            "MAMBO_SCHEDULES_FILE": str(report),
            "DATABASE_URL": f"sqlite:///{folder}/faults.sqlite3",
            "REDIS_URL": "redis://127.0.0.1:1/0",  # nothing there: answers need no broker
        }
        command = [sys.executable, "-m", "pytest", "-q", "--timeout", "7200", "-p", "no:cacheprovider"]
        command.append("tests/studies/services/test_fault_schedules.py")
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stdout[-4000:])
        happened = json.loads(report.read_text())
    first = happened.pop("schedules")
    return [
        Row("schedules in one process", first, ""),
        *(Row(f"in them: {what}", count, "") for what, count in happened.items()),
        Row("in them: answers lost, doubled or changed", 0, ""),
    ]


def _on_a_live_site(schedules: int) -> list[Row]:
    from tests.services import PostgreSQL, Valkey

    with tempfile.TemporaryDirectory(prefix="mambo-bench-") as folder:
        site = Site(PostgreSQL(), Valkey())
        try:
            os.environ["REDIS_URL"] = site.valkey.url
            site_setup(site.postgresql.create_database("bench"), Path(folder))
            site.start_web()
            total = Counter[str]()
            for number in range(schedules):
                total += _schedule(site, number)
            from django.db import connections

            connections.close_all()
        finally:
            site.stop()
    fixed = ("answers lost", "answers doubled or changed", "broken records", "readers who could not go on")
    return [
        Row("schedules with kill -9 on a live site", schedules, ""),
        *(Row(f"kills of {victim}", total.pop(victim, 0), "") for victim in VICTIMS),
        *(Row(what, total.pop(what, 0), "") for what in fixed),
        *(Row(what, count, "") for what, count in sorted(total.items())),
    ]


@dataclass
class Reader:
    """One reader's browser and what it was told."""

    browser: Any
    token: str
    chance: random.Random
    accepted: dict[str, str] = field(default_factory=dict)
    again: int = 0
    stuck: str = ""

    def read(self) -> None:
        """Read every case."""
        try:
            while self._read_one():
                pass
        except TimeoutError as error:
            self.stuck = str(error)
            sys.stderr.write(f"{error}\n")

    def _read_one(self) -> bool:
        from django.urls import reverse

        from studies.design.canonical import canonical_hash

        shown = self._until("GET", reverse("studies:next", args=[self.token]), None)
        if shown.status == 204:
            return False
        said = {"trial": shown.json()["token"], "revision": 1, "marks": []}
        said["answers"] = {"origin": self.chance.choice(["real", "synthetic"]), "confidence": 1, "birads": "1"}
        body = said | {"client_at": "2026-01-01T10:00:00Z", "active_ms": 1000}
        address = reverse("studies:response", args=[uuid.uuid4()])
        if self.chance.random() < VANISH_SHARE:
            with contextlib.suppress(OSError):
                self.browser.put_and_vanish(address, body, share=min(1, 1.2 * self.chance.random()))
        reply = self._until("PUT", address, body)
        self.again += reply.status == 200
        if reply.json()["sha256"] != canonical_hash(said):
            raise TimeoutError("got a receipt of something else")
        self.accepted[said["trial"]] = reply.json()["sha256"]
        return True

    def _until(self, method: str, address: str, body: Any) -> Any:
        """Ask until the site answers, as the outbox does.

        Raises:
            TimeoutError: when it refuses, or does not answer for too long.
        """
        import http.client

        deadline, told = time.monotonic() + PATIENCE_S, ""
        while time.monotonic() < deadline:
            try:
                reply = self.browser.put(address, body) if method == "PUT" else self.browser.get(address)
            except (OSError, http.client.HTTPException) as error:
                self.browser.close()
                told = repr(error)
            else:
                if reply.status < 300:
                    return reply
                told = f"{reply.status} {reply.body[:200]!r}"
                if reply.status < 500:
                    break
            time.sleep(0.05 + 0.2 * self.chance.random())
        raise TimeoutError(f"{method} {address}: {told}")


def _schedule(site: Site, number: int) -> Counter[str]:
    """Let readers read while servers are killed under them; return what came of it."""
    chance = random.Random(number)
    study, readers = _readers(site, number)
    threads = [threading.Thread(target=reader.read, daemon=True) for reader in readers]
    for thread in threads:
        thread.start()
    found = Counter[str]()
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.1, 0.8))
        victim = chance.choice(VICTIMS)
        reading = any(thread.is_alive() for thread in threads)
        site.kill(victim)
        found[victim] += 1
        found["kills while somebody read"] += reading
    for thread in threads:
        thread.join(2 * PATIENCE_S)
    return found + _verdict(study, readers)


def _readers(site: Site, number: int) -> tuple[Any, list[Reader]]:
    from django.db import connections
    from django.test import Client

    from studies.services.enrolment import reader_enrol
    from studies.services.lifecycle import study_lock, study_open
    from studies.services.rehearsal.browser import Browser
    from studies.services.rehearsal.site import site_name
    from webapp.accounts.services import user_create

    connections.close_all()
    study, owner = study_draft(f"Faults {number}", CASES)
    users = [
        user_create(username=f"f{number}r{n}", password="", role="reader", check_password=False)
        for n in range(READERS)
    ]
    people = [reader_enrol(study, user.username, owner) for user in users]
    study_lock(study, owner)
    study_open(study, owner)
    found = []
    for place, (user, person) in enumerate(zip(users, people, strict=True)):
        client = Client()
        client.force_login(user)
        cookies = {name: one.value for name, one in client.cookies.items()}
        browser = Browser(f"http://127.0.0.1:{site.port}", site_name(), cookies)
        found.append(Reader(browser, person.token, random.Random(f"{number}|{place}")))
    connections.close_all()
    return study, found


def _verdict(study: Any, readers: list[Reader]) -> Counter[str]:
    from django.db import connections

    from studies.models.response import Response
    from studies.selectors.audit import chain_verify, counts_verify

    connections.close_all()
    rows = list(Response.objects.filter(trial__participant__study=study).values_list("trial__token", "sha256"))
    stored, accepted = dict(rows), {key: value for one in readers for key, value in one.accepted.items()}
    found = Counter[str](
        {
            "answers that were confirmed": len(accepted),
            "answers confirmed at a later try, stored before it": sum(one.again for one in readers),
            "answers lost": len(accepted.keys() - stored.keys()),
            "answers doubled or changed": len(rows) - len(stored)
            + sum(stored.get(key, value) != value for key, value in accepted.items()),
            "broken records": int(not chain_verify(study).ok or counts_verify(study) != []),
            "readers who could not go on": sum(bool(one.stuck) for one in readers),
        }
    )  # fmt: skip
    connections.close_all()
    return found
