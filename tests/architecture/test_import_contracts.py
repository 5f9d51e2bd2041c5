"""The import contracts hold, and each is seen to break when it is broken."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("mambo_engine", "webapp", "studies")

# contract id -> (file that gets a forbidden line, the line)
VIOLATIONS = {
    "engine-knows-no-site": ("mambo_engine/config.py", "import django"),
    "one-door-to-the-engine": ("webapp/generation/services/__init__.py", "import mambo_engine.config"),
    "engine-layers": ("mambo_engine/diffusion/schedule.py", "import mambo_engine.cascade.grid"),
    "site-layers": ("webapp/imaging/models.py", "import webapp.generation.models"),
    "app-layers": ("webapp/imaging/models.py", "import webapp.imaging.views"),
    "studies-layers": ("studies/selectors/progress.py", "import studies.services.lifecycle"),
    "pure-rooms": ("studies/statistics/intervals.py", "import django.db"),
    "blinding": ("studies/selectors/trials.py", "import studies.models.truth"),
    "tiles-no-orm": ("webapp/imaging/tiles.py", "import django.db"),
}


def contracts() -> list[dict[str, object]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return settings["tool"]["importlinter"]["contracts"]


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    env = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        [str(program), "--no-cache", *arguments], cwd=folder, env=env, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code that may be broken."""
    folder = tmp_path_factory.mktemp("tree")
    for package in PACKAGES:
        ignore = shutil.ignore_patterns("__pycache__", "bundles", "*.safetensors")
        shutil.copytree(ROOT / package, folder / package, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_contracts_hold(tree: Path) -> None:
    done = lint(tree)
    assert done.returncode == 0, done.stdout


def test_every_contract_has_a_violation_here() -> None:
    assert {str(contract["id"]) for contract in contracts()} == set(VIOLATIONS)


@pytest.mark.parametrize("contract", sorted(VIOLATIONS))
def test_contract_breaks_when_its_rule_is_broken(tree: Path, contract: str) -> None:
    name, line = VIOLATIONS[contract]
    path = tree / name
    before = path.read_text()
    path.write_text(f"{before}\n{line}\n")
    try:
        done = lint(tree, "--contract", contract)
    finally:
        path.write_text(before)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout


def test_stray_engine_room_breaks_the_layers(tree: Path) -> None:
    stray = tree / "mambo_engine" / "leftovers.py"
    stray.write_text("")
    try:
        done = lint(tree, "--contract", "engine-layers")
    finally:
        stray.unlink()
    assert done.returncode == 1, done.stdout
