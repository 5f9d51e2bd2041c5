"""`./dev check`: format, lint, types, import contracts, migrations, front end. Changes nothing."""

from __future__ import annotations

import os
import tempfile

from devkit.console import ROOT, call, say
from devkit.environment import VENV, environment, node, setup


def check(arguments: list[str]) -> int:
    """Run every check and name those that failed. `--fix` lets ruff mend what it can first."""
    setup("test")
    env = {**environment(), "DJANGO_SETTINGS_MODULE": "webapp.config.settings.test"}
    code = ["mambo_engine", "webapp", "studies", "devkit", "bench", "tests", "manage.py", "dev"]
    if "--fix" in arguments:
        call([VENV / "bin" / "ruff", "check", "--fix", "--quiet", *code], env=env)
        call([VENV / "bin" / "ruff", "format", "--quiet", *code], env=env)
    with tempfile.TemporaryDirectory(prefix="mambo-check-") as data:
        env["MAMBO_DATA_DIR"] = data
        failed = [name for name, command in _checks(code) if not _passes(name, command, env)]
    say(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


def _checks(code: list[str]) -> list[tuple[str, list[str]]]:
    program = {name: str(VENV / "bin" / name) for name in ("ruff", "mypy", "lint-imports", "python")}
    tsc = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
    return [
        ("format", [program["ruff"], "format", "--check", "--quiet", *code]),
        ("lint", [program["ruff"], "check", "--quiet", *code]),
        ("import contracts", [program["lint-imports"], "--no-cache"]),
        ("types", [program["mypy"]]),
        ("migrations", [program["python"], "manage.py", "makemigrations", "--check", "--dry-run"]),
        ("site", [program["python"], "manage.py", "check"]),
        ("front-end types", [str(node() / "node"), str(tsc), "--noEmit", "-p", "jsconfig.json"]),
    ]


def _passes(name: str, command: list[str], env: dict[str, str]) -> bool:
    say(f"== {name}")
    return call(command, env={**env, "PYTHONWARNINGS": os.environ.get("PYTHONWARNINGS", "ignore")}) == 0
