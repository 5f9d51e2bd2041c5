"""Readers at once over HTTP on PostgreSQL, and what a reading costs the server as the record grows."""

from __future__ import annotations

import os
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.table import Row

READERS, CASES, SATURATED = 200, 12, 16
FEW, MANY = 1_000, 100_000
RATIO_MOST = 1.2
TIMED = 60  # readings that are timed at each size
PLACES, CHUNK = 100, 2_000


def measure(*, quick: bool = False) -> list[Row]:
    """Return the rows; quick ones are small and mean little."""
    from tests.services import PostgreSQL

    with tempfile.TemporaryDirectory(prefix="mambo-bench-") as folder:
        server = PostgreSQL()
        try:
            site_setup(server.create_database("bench"), Path(folder))
            rows = [*_crowd(quick), *_growth(quick)]
            from django.db import connections

            connections.close_all()
            return rows
        finally:
            server.stop()


def site_setup(url: str, folder: Path) -> None:
    """Be a site on this database with its data in this folder, in this process, and migrate."""
    (folder / "static").mkdir()
    os.environ |= {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "webapp.config.settings.test",
        "MAMBO_DATA_DIR": str(folder),
        "MAMBO_STATIC_DIR": str(folder / "static"),
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def study_draft(title: str, cases: int) -> tuple[Any, Any]:
    """Make a draft whose cases all show one small picture: simulated readers don't look."""
    import numpy as np

    from studies.design.templates import paper_protocol
    from studies.models.case import Asset, AssetState, Case
    from studies.models.truth import CaseTruth
    from studies.services.lifecycle import study_create
    from webapp.accounts.models import User
    from webapp.accounts.services import user_create
    from webapp.imaging.ingest.source import SourceImage
    from webapp.imaging.models import Image
    from webapp.imaging.services import image_add

    owner = User.objects.filter(username="owner").first() or user_create(
        username="owner", password=uuid.uuid4().hex, role="admin", check_password=False
    )
    pixels = np.random.default_rng(1).integers(1, 4000, (64, 64)).astype(np.uint16)
    image = Image.objects.first() or image_add(
        SourceImage(pixels=pixels, bits=12), title="Bench", source="original", created_by=None
    )
    study = study_create(title=title, owner=owner, protocol=paper_protocol())
    for number in range(cases):
        case = Case.objects.create(study=study, code=f"C{number:04}")
        Asset.objects.create(case=case, image=image, state=AssetState.READY, normalization_seed=number)
        fields: dict[str, Any] = {
            "is_synthetic": number % 2 == 0,
            "source": "generated" if number % 2 == 0 else "original",
        }
        CaseTruth.objects.create(case=case, source_image=image, **fields)
    return study, owner


def _crowd(quick: bool) -> list[Row]:
    """Let readers read at their own pace, then a few as fast as they can."""
    from studies.services.rehearsal import Plan, study_rehearse
    from studies.services.rehearsal.site import own_site

    readers, cases = (8, 4) if quick else (READERS, CASES)
    crowd = Plan(readers=readers, fault_share=0.05, at_once=readers, pace=0.02 if quick else 1.0)
    few = Plan(readers=4 if quick else SATURATED, fault_share=0, at_once=SATURATED, seed=2)
    with own_site() as base:
        calm = study_rehearse(study_draft("Crowd", cases)[0], crowd, base=base)
        fast = study_rehearse(study_draft("Saturated", cases)[0], few, base=base)
    rows, errors = [], calm["unexpected"] + fast["unexpected"]
    for text in errors[:10]:
        sys.stderr.write(f"{text}\n")
    for what in ("next", "response"):
        for name, value in calm["latency_ms"][what].items():
            rows.append(Row(f"{readers} readers at their pace: {what}, {name}", value, "ms"))
    faults = sum(calm["faults"].values())
    rows += [
        Row(
            "answers in it",
            calm["answers"],
            "",
            f"{readers * cases} that are due",
            calm["answers"] / (readers * cases),
        ),
        Row("seconds of it", calm["seconds"]["read"], "s"),
        Row("faults of network and hand in it", faults, ""),
        Row("errors", len(errors), ""),
        Row("lost answers", calm["lost"] + fast["lost"], ""),
        Row("doubled answers", calm["doubled"] + fast["doubled"], ""),
        Row(f"{few.readers} readers without a pause", fast["answers"] / fast["seconds"]["read"], "answers/s"),
    ]
    return rows


def _growth(quick: bool) -> list[Row]:
    """Time one reader's next and answer beside few and beside many stored answers of the same study."""
    from django.db import connection

    few, many = (200, 2_000) if quick else (FEW, MANY)
    reader = _Reading(cases=2 * (10 if quick else TIMED) + 10)
    rows, times = [], {}
    for size in (few, many):
        reader.fill(size)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        reader.time(3)  # plans and caches
        times[size] = reader.time(10 if quick else TIMED)
    for what, place in (("next", 0), ("response", 1)):
        small, large = times[few][place], times[many][place]
        rows.append(Row(f"{what} at the server beside {few:,} answers", small * 1000, "ms"))
        rows.append(Row(f"{what} beside {many:,}", large * 1000, "ms", f"beside {few:,}", large / small))
    both = [sum(times[size]) for size in (few, many)]
    rows.append(
        Row(
            f"a reading beside {many:,}",
            both[1] * 1000,
            "ms",
            f"beside {few:,}, limit {RATIO_MOST}",
            both[1] / both[0],
        )
    )
    return rows + [Row(f"queries of {name}", count, "") for name, count in reader.queries().items()]


class _Reading:
    """A reader in an open study, asked for without a network between: what remains is the server's own time."""

    def __init__(self, cases: int) -> None:
        from django.test import Client

        from studies.models.study import ProtocolVersion
        from studies.services.enrolment import reader_enrol
        from studies.services.lifecycle import study_lock, study_open
        from webapp.accounts.services import user_create

        self.study, owner = study_draft("Growth", cases)
        users = [
            user_create(username=f"reader{n}", password="", role="reader", check_password=False)
            for n in range(PLACES + 1)
        ]
        self.people = [reader_enrol(self.study, user.username, owner) for user in users]
        study_lock(self.study, owner)
        self.study = study_open(self.study, owner)
        self.protocol = ProtocolVersion.objects.get(study=self.study)
        self.client = Client()
        self.client.force_login(users[0])
        self.stored, self.rounds = 0, 0

    def fill(self, size: int) -> None:
        """Have as many answers of other readers stored, each with its event in the record."""
        while self.stored < size:
            count = min(CHUNK, size - self.stored)
            self._fill(count)
            self.stored += count

    def _fill(self, count: int) -> None:
        from django.utils import timezone

        from studies.models.audit import AuditEvent
        from studies.models.response import Response
        from studies.models.trial import Trial

        now, last = timezone.now(), AuditEvent.objects.filter(study=self.study).latest("seq")
        self.rounds += 1
        cases = list(self.study.cases.order_by("pk")[:20])
        places = [(person, case) for person in self.people[1:] for case in cases][:count]
        trials = Trial.objects.bulk_create(
            Trial(participant=person, case=case, index=10_000 * self.rounds + n, occurrence=1 + self.rounds)
            for n, (person, case) in enumerate(places)
        )
        fields: dict[str, Any] = {
            "protocol": self.protocol, "sha256": "0" * 64, "client_at": now, "server_at": now, "active_ms": 1000,
            "answers": {"origin": "real", "confidence": 1, "birads": "1"},
        }  # fmt: skip
        Response.objects.bulk_create(Response(id=uuid.uuid4(), trial=trial, **fields) for trial in trials)
        AuditEvent.objects.bulk_create(
            AuditEvent(study=self.study, seq=last.seq + n, at=now, actor_ref="x" * 22, kind="response.stored",
                       body={"reader": "X", "index": n}, prev_hash=last.hash, hash=f"{last.seq + n:064}")
            for n in range(1, len(trials) + 1)
        )  # fmt: skip

    def time(self, readings: int) -> tuple[float, float]:
        """Return the lower quartile of the seconds of next and of an answer: other work only adds."""
        spent: list[tuple[float, float]] = [self._read() for _ in range(readings)]
        place = len(spent) // 4
        return sorted(one for one, _ in spent)[place], sorted(one for _, one in spent)[place]

    def queries(self) -> dict[str, int]:
        """Return how many queries each address needs."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        found = {}
        for name, call in (("next", self._next), ("a response", self._answer)):
            with CaptureQueriesContext(connection) as queries:
                call()
            found[name] = len(queries)
        return found

    def _read(self) -> tuple[float, float]:
        return _timed(self._next), _timed(self._answer)

    def _next(self) -> None:
        from django.urls import reverse

        reply = self.client.get(reverse("studies:next", args=[self.people[0].token]))
        _expect(reply, 200)
        self.shown = reply.json()["token"]

    def _answer(self) -> None:
        from django.urls import reverse

        body = {
            "trial": self.shown, "revision": 1, "answers": {"origin": "real", "confidence": 1, "birads": "1"},
            "marks": [], "client_at": "2026-01-01T10:00:00Z", "active_ms": 1000,
        }  # fmt: skip
        url = reverse("studies:response", args=[uuid.uuid4()])
        _expect(self.client.put(url, body, content_type="application/json"), 201)


def _timed(call: Callable[[], None]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _expect(reply: Any, status: int) -> None:
    if reply.status_code != status:
        raise RuntimeError(f"expected {status}, got {reply.status_code}: {reply.content[:300]!r}")
