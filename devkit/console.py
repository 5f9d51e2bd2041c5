"""Speaks to the terminal and runs commands."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class StepError(Exception):
    """A step failed; the message says what to do next."""


def say(message: str) -> None:
    """Print one line at once, also into a pipe."""
    print(message, flush=True)


def call(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> int:
    """Run a command in the foreground and return its exit status."""
    full = {**os.environ, **(env or {})}
    try:
        return subprocess.call([str(part) for part in command], cwd=cwd, env=full)
    except KeyboardInterrupt:
        return 130


def need(
    command: Sequence[str | Path], what: str, *, env: Mapping[str, str] | None = None, quiet: bool = False
) -> None:
    """Run a command that must succeed.

    Args:
        command: the program and its arguments.
        what: what it does, for the error message.
        env: variables beside the present ones.
        quiet: keep its output back unless it fails.

    Raises:
        StepError: when it fails, with its last lines when they were kept back.
    """
    full = {**os.environ, **(env or {})}
    sink = subprocess.PIPE if quiet else None
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=full,
        stdout=sink,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        check=False,
    )
    if done.returncode:
        tail = "\n".join((done.stdout or "").strip().splitlines()[-15:])
        raise StepError(f"{what} failed (exit status {done.returncode}).\n{tail}".rstrip())


def terminal() -> bool:
    """Tell whether a person watches."""
    return sys.stdout.isatty()
