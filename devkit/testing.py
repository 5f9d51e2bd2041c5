"""`./dev test`: every test, on a real PostgreSQL, Valkey and Chromium. A missing service is a failure."""

from __future__ import annotations

import os
import shutil
import tempfile
import time

from devkit.console import ROOT, StepError, call, say
from devkit.environment import VENV, environment, install_debian, node, setup

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def test(arguments: list[str]) -> int:
    """Run the JavaScript tests, the suite on PostgreSQL, and the database tests again on SQLite.

    With arguments, run pytest alone with just those.
    """
    setup("test")
    env = {**environment(), "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "2")}
    pytest = [str(VENV / "bin" / "pytest")]
    if arguments:
        return call([*pytest, *arguments], env=env)
    _ensure_chromium()
    failed = [name for name, run in _steps(pytest, env) if _timed(name, run) != 0]
    if failed:
        say(f"Failed: {', '.join(failed)}.")
        return 1
    say("All tests passed.")
    return 0


def _steps(pytest: list[str], env: dict[str, str]):  # type: ignore[no-untyped-def]
    yield "JavaScript tests", lambda: _javascript(env)
    yield "database tests on SQLite", lambda: _sqlite(pytest, env)
    yield "the suite on PostgreSQL", lambda: call([*pytest, "-q"], env=env)


def _timed(name: str, run) -> int:  # type: ignore[no-untyped-def]
    say(f"== {name}")
    started = time.monotonic()
    status = run()
    say(f"== {name}: {'passed' if status == 0 else 'FAILED'} after {time.monotonic() - started:.0f} s\n")
    return int(status)


def _javascript(env: dict[str, str]) -> int:
    files = sorted(str(path) for path in (ROOT / "tests" / "js").rglob("*.test.mjs"))
    return call([node() / "node", "--test", "--test-reporter=dot", *files], env=env) if files else 1


def _sqlite(pytest: list[str], env: dict[str, str]) -> int:
    with tempfile.TemporaryDirectory(prefix="mambo-sqlite-") as folder:
        url = f"sqlite:///{folder}/test.sqlite3"
        chosen = ["-q", "-m", "django_db and not flow and not browser"]
        return call([*pytest, *chosen], env={**env, "DATABASE_URL": url})


def _ensure_chromium() -> None:
    named = os.environ.get("CHROMIUM")
    if named and not shutil.which(named):
        raise StepError(f"CHROMIUM={named}: there is no such program.")
    if not named and not any(shutil.which(name) for name in CHROMIUM):
        install_debian(["chromium", "fonts-liberation"], "The browser tests need Chromium")
