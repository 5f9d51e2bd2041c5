"""The audit tells weaknesses, none, and nothing known apart."""

from __future__ import annotations

import json
import stat

import pytest

from devkit import audit as room

CLEAN_PYTHON = {"dependencies": [{"name": "django", "version": "5.2.19", "vulns": []}], "fixes": []}
WEAK_PYTHON = {
    "dependencies": [
        {"name": "left", "version": "1.0", "vulns": [{"id": "PYSEC-0000-1", "fix_versions": ["1.1", "2.0"]}]}
    ]
}
CLEAN_NPM = {"auditReportVersion": 2, "vulnerabilities": {}}
WEAK_NPM = {
    "vulnerabilities": {"pad": {"range": "<2", "severity": "high", "via": [{"title": "It pads too far"}, "x"]}}
}
NO_NPM = {"message": "request to https://registry.npmjs.org failed", "error": {"summary": "", "detail": ""}}


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the command with programs that answer what the test says."""

    def program(name, said, status):
        text = said if isinstance(said, str) else json.dumps(said)
        (tmp_path / f"{name}.txt").write_text(text)
        channel = "" if not isinstance(said, str) else " >&2"
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\ncat '{tmp_path / name}.txt'{channel}\nexit {status}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    def go(python, npm):
        monkeypatch.setattr(room, "PYTHON", program("python", python, 1))
        program("npm", npm, 1)
        return room.audit([]), capsys.readouterr().out

    monkeypatch.setattr(room, "setup", lambda extra: None)
    monkeypatch.setattr(room, "node", lambda: tmp_path)
    return go


def test_nothing_known_ends_with_0(run):
    status, said = run(CLEAN_PYTHON, CLEAN_NPM)
    assert status == 0
    assert said == "Python: none known.\nfront end: none known.\n"


def test_weaknesses_are_named_and_end_with_1(run):
    status, said = run(WEAK_PYTHON, WEAK_NPM)
    assert status == 1
    assert "left 1.0: PYSEC-0000-1, mended in 1.1, 2.0" in said
    assert "pad <2: It pads too far; by x" in said


def test_silent_services_end_with_3_and_no_traceback(run):
    status, said = run("Traceback (most recent call last):\nConnectionError: no route to host\n", NO_NPM)
    assert status == 3
    assert "Python: not known. ConnectionError: no route to host" in said
    assert "front end: not known. request to" in said
    assert "Traceback" not in said


def test_weakness_counts_though_the_other_service_is_silent(run):
    assert run(WEAK_PYTHON, NO_NPM)[0] == 1


def test_missing_program_is_told(run, monkeypatch, tmp_path):
    monkeypatch.setattr(room, "node", lambda: tmp_path / "nowhere")
    status, said = run(CLEAN_PYTHON, CLEAN_NPM)
    assert status == 3
    assert "front end: not known." in said


def test_packages_that_the_service_does_not_know_are_no_good_news(run):
    skipped = {"name": "django", "skip_reason": "Dependency not found on PyPI"}
    status, said = run({"dependencies": [skipped]}, CLEAN_NPM)
    assert status == 3
    assert "Python: not known. Dependency not found on PyPI" in said
    status, said = run({"dependencies": [*CLEAN_PYTHON["dependencies"], {**skipped, "name": "torch"}]}, CLEAN_NPM)
    assert status == 0
    assert "Not known to the service: torch." in said
