"""How long the pages take beside a thousand pictures and readers, and beside a million and ten thousand."""

from __future__ import annotations

import time
from typing import Any

from bench.table import Row

FEW, MANY = (1_000, 200), (1_000_000, 10_000)
QUICK_FEW, QUICK_MANY = (200, 20), (2_000, 200)
TIMED = 5
PAGES = {
    "library": "/library/",
    "library, a word searched": "/library/?title=Bench",
    "studies": "/studies/",
    "study": "/studies/{slug}/",
    "study's progress": "/api/studies/{slug}/progress/",
    "record": "/studies/{slug}/record/",
    "system": "/system/",
}


def measure(crowd: Any, *, quick: bool) -> list[Row]:
    """Fill the tables and time pages as the owner sees them, and a reading."""
    from django.db import connection

    sizes = (QUICK_FEW, QUICK_MANY) if quick else (FEW, MANY)
    times: list[dict[str, float]] = []
    for pictures, readers in sizes:
        _fill(crowd, pictures, readers)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        times.append(_times(crowd))
    few, many = times
    against = f"beside {sizes[0][0]:,} and {sizes[0][1]:,}"
    title = f"beside {sizes[1][0]:,} pictures and {sizes[1][1]:,} readers"
    return [Row(f"{name}, {title}", many[name] * 1000, "ms", against, many[name] / few[name]) for name in few]


def _fill(crowd: Any, pictures: int, readers: int) -> None:
    """Bring the tables to these sizes: rows alone, all showing one small picture."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM imaging_image")
        missing = pictures - cursor.fetchone()[0]
        _copies(cursor, "imaging_image", missing, {
            "token": "'t' || substr(md5('t' || n || '-' || base.id || clock_timestamp()), 1, 21)",
            "pack_key": "substr(md5('p' || n || '-' || base.id || clock_timestamp()), 1, 22)",
            "pixel_sha256": "md5('a' || n || clock_timestamp()) || md5('b' || n)",
            "created_at": "base.created_at - n * interval '1 second'",
        })  # fmt: skip
    _readers(crowd, readers)


def _copies(cursor: Any, table: str, count: int, changed: dict[str, str]) -> None:
    """Copy the table's first row so many times, with some columns computed from the number `n`."""
    if count <= 0:
        return
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_identity = 'NO'", [table]
    )
    names = [name for (name,) in cursor.fetchall()]
    values = ", ".join(changed.get(name, f'base."{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    cursor.execute(
        f"INSERT INTO {table} ({columns}) SELECT {values} "  # noqa: S608 - the names are this file's own
        f"FROM (SELECT * FROM {table} ORDER BY id LIMIT 1) base, generate_series(1, {int(count)}) n"
    )


def _readers(crowd: Any, count: int) -> None:
    from studies.models.participant import Participant
    from studies.models.study import MemberRole, Membership
    from webapp.accounts.models import Role, User

    begin = Participant.objects.filter(study=crowd.study).count()
    names = [f"more{number}" for number in range(begin, count)]
    users = User.objects.bulk_create(User(username=name, role=Role.READER) for name in names)
    places = Membership.objects.bulk_create(
        Membership(study=crowd.study, user=user, role=MemberRole.READER) for user in users
    )
    Participant.objects.bulk_create(
        Participant(study=crowd.study, membership=place, reader_code=f"M{number:06}")
        for number, place in enumerate(places, begin)
    )


def _times(crowd: Any) -> dict[str, float]:
    from django.test import Client

    owner = Client()
    owner.force_login(crowd.owner)
    found = {name: _time(owner, path.format(slug=crowd.study.slug)) for name, path in PAGES.items()}
    reader = Client()
    reader.cookies.load(dict(crowd.cookies[-1]))
    found["reader's home"] = _time(reader, "/read/")
    found["next"] = _time(reader, f"/api/r/{crowd.people[-1]}/next/")
    return found


def _time(client: Any, path: str) -> float:
    """Return the median seconds of a page at the server.

    Raises:
        RuntimeError: for an answer other than 200.
    """
    times = []
    for _ in range(TIMED):
        started = time.perf_counter()
        reply = client.get(path)
        if reply.status_code != 200:
            raise RuntimeError(f"{path}: expected 200, got {reply.status_code}")
        times.append(time.perf_counter() - started)
    return sorted(times)[TIMED // 2]
