"""A backup is restored into an empty place, as another process of the site would, and is the same there."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import numpy as np
import psycopg
import pytest
from PIL import Image

ROOT = Path(__file__).parents[3]
MAKE_STUDY = (
    "from studies.design.templates import paper_protocol; from studies.services.lifecycle import study_create; "
    "from webapp.accounts.models import User; "
    "study_create(title='Kept study', owner=User.objects.get(), protocol=paper_protocol())"
)


class Place:
    """A site of its own: a database and a data folder."""

    def __init__(self, folder: Path, url: str) -> None:
        self.data = folder
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "webapp.config.settings.demo",
            "DATABASE_URL": url,
            "MAMBO_DATA_DIR": str(folder),
        }

    def manage(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.env, input=text, capture_output=True, text=True, check=False
        )

    def ok(self, *arguments: str, text: str = "") -> str:
        done = self.manage(*arguments, text=text)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def packs(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.data / "packs").rglob("*.pack")}


@pytest.fixture(params=["sqlite", "postgresql"])
def places(request, tmp_path):
    """Two places: one with a study and a picture, one empty."""

    def url(name: str) -> str:
        if request.param == "sqlite":
            return f"sqlite:///{tmp_path / name}.sqlite3"
        parts = urlsplit(os.environ["DATABASE_URL"])
        database = f"backup_{name}_{secrets.token_hex(4)}"
        with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as link:
            link.execute(f'CREATE DATABASE "{database}"')
        return urlunsplit(parts._replace(path=f"/{database}"))

    if request.param == "postgresql" and not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        pytest.skip("this session runs on SQLite")
    full, empty = Place(tmp_path / "full", url("full")), Place(tmp_path / "empty", url("empty"))
    picture = np.random.default_rng(1).integers(0, 65535, (96, 80), dtype=np.uint16)
    Image.fromarray(picture).save(tmp_path / "picture.png")
    full.ok("migrate", "--verbosity", "0")
    full.ok("add_user", "owner", "--role", "admin", "--password-stdin", text="a long enough phrase\n")
    full.ok("shell", "-c", MAKE_STUDY)
    full.ok("ingest", str(tmp_path / "picture.png"))
    return full, empty


@pytest.mark.flow
def test_a_backup_is_the_same_in_an_empty_place(places, tmp_path):
    full, empty = places
    folder = tmp_path / "backup"
    said = full.ok("backup", str(folder))
    manifest = json.loads((folder / "manifest.json").read_text())
    assert len(manifest["sha256"]) == 2
    assert [head["study"] for head in manifest["heads"]] == [said.split(":")[0]]
    assert manifest["heads"][0]["events"] == 1
    assert "whole, 1 events" in empty.ok("restore", str(folder))
    assert empty.packs() == full.packs() != {}
    assert empty.ok("verify_chain", "--json") == full.ok("verify_chain", "--json")
    # The append-only guards came along.
    change = "from studies.models.audit import AuditEvent; AuditEvent.objects.update(kind='x')"
    refused = empty.manage("shell", "-c", change)
    assert refused.returncode != 0
    assert "append-only" in refused.stderr
    again = empty.manage("restore", str(folder))
    assert again.returncode != 0
    assert "already" in again.stderr
    assert "not empty" in full.manage("backup", str(folder)).stderr


@pytest.mark.flow
def test_a_changed_or_unfinished_backup_is_refused(places, tmp_path):
    full, empty = places
    folder = tmp_path / "backup"
    full.ok("backup", str(folder))
    (pack,) = folder.rglob("*.pack")
    whole = pack.read_bytes()
    pack.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert f"{pack.name}: changed since the backup was made." in empty.manage("restore", str(folder)).stderr
    pack.unlink()
    assert "missing from the backup" in empty.manage("restore", str(folder)).stderr
    (folder / "manifest.json").unlink()
    assert "not a finished backup" in empty.manage("restore", str(folder)).stderr
    # Nothing was begun: the place is as empty as before.
    pack.write_bytes(whole)
    assert not (empty.data / "packs").exists() or empty.packs() == {}
