"""`./dev audit`: known weaknesses of the installed packages, by pip-audit and `npm audit`.

Ends with 0 when none is known, with 1 when there are some, and with 3 when a service of advisories did not answer:
then nothing is known, which is not the same as no weakness.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from devkit.console import ROOT, say
from devkit.environment import PYTHON, environment, node, setup

FOUND, UNKNOWN = 1, 3
PATIENCE_S = 300


@dataclass(frozen=True)
class Weakness:
    """One advisory that concerns a package here.

    Args:
        package: its name and version.
        advisory: the advisory's identifier, or its title.
        mended_in: versions without it, in words; may be empty.
    """

    package: str
    advisory: str
    mended_in: str = ""


class NoAnswerError(Exception):
    """A service of advisories did not answer; the message is its last word."""


def audit(arguments: list[str]) -> int:
    """Ask both services; print what they know."""
    setup("test")
    env = environment()
    python = [str(PYTHON), "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--skip-editable"]
    front = [str(node() / "npm"), "audit", "--json"]
    found: list[Weakness] = []
    silent = False
    for name, command, read in (("Python", python, python_weaknesses), ("front end", front, npm_weaknesses)):
        try:
            some = _ask(command, env, read)
        except NoAnswerError as error:
            say(f"{name}: not known. {error}")
            silent = True
            continue
        say(f"{name}: {len(some) or 'none'} known.")
        found += some
    for one in found:
        say(f"  {one.package}: {one.advisory}" + (f", mended in {one.mended_in}" if one.mended_in else ""))
    return FOUND if found else UNKNOWN if silent else 0


def python_weaknesses(told: Mapping[str, Any]) -> list[Weakness]:
    """Read the answer of pip-audit.

    Packages that the service does not know are named: a build of one's own, such as torch for processors.

    Raises:
        NoAnswerError: when it is no list of packages, or the service knew none of them.
    """
    packages = told.get("dependencies", [])
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    if len(skipped) == len(packages):
        reasons = [package["skip_reason"] for package in packages] or ["pip-audit told of no packages."]
        raise NoAnswerError(_words(reasons[0]))
    if skipped:
        say(f"Not known to the service: {', '.join(skipped)}.")
    return [
        Weakness(f"{package['name']} {package['version']}", one["id"], ", ".join(one.get("fix_versions", [])))
        for package in packages
        for one in package.get("vulns", [])
    ]


def npm_weaknesses(told: Mapping[str, Any]) -> list[Weakness]:
    """Read the answer of `npm audit`.

    Raises:
        NoAnswerError: when the registry did not answer.
    """
    if "vulnerabilities" not in told:
        raise NoAnswerError(_words(told.get("message") or told.get("error") or "npm told of no packages."))
    return [
        Weakness(f"{name} {entry.get('range', '')}".strip(), _advisory(entry))
        for name, entry in sorted(told["vulnerabilities"].items())
    ]


def _ask(
    command: Sequence[str], env: Mapping[str, str], read: Callable[[Mapping[str, Any]], list[Weakness]]
) -> list[Weakness]:
    try:
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True,
            check=False, timeout=PATIENCE_S,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoAnswerError(_words(error)) from error
    try:
        told = json.loads(done.stdout)
    except ValueError as error:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise NoAnswerError(_words(lines[-1] if lines else "It said nothing.")) from error
    return read(told if isinstance(told, dict) else {})


def _advisory(entry: Mapping[str, Any]) -> str:
    via = [one["title"] if isinstance(one, dict) else f"by {one}" for one in entry.get("via", [])]
    return "; ".join(via) or str(entry.get("severity", ""))


def _words(said: object) -> str:
    return " ".join(str(said).split())[:200]
