"""Child processes: each in its own group, restarted when it dies, ended together."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from devkit.console import ROOT, StepError, say

RESTARTS = 5  # within RESTART_WINDOW_S; more means that something is wrong for good
RESTART_WINDOW_S = 60.0
STOP_S = 6.0  # what is not finished by then resumes from its row at the next start


def free_port() -> int:
    """Return a loopback TCP port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_taken(host: str, port: int) -> bool:
    """Tell whether something already listens there."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0


def wait_until(ready: Callable[[], bool], what: str, *, seconds: float = 30) -> None:
    """Poll until `ready()`; raise `StepError` naming `what` when time is up."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise StepError(f"{what} did not come up within {seconds:.0f} s. Its log may say why.")
        time.sleep(0.05)


def _die_with_parent() -> None:
    # Linux only: if `./dev` itself is killed with -9, its children must not stay behind.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


@dataclass
class Child:
    """One program that should be running."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    starts: deque[float] = field(default_factory=deque)

    def start(self) -> None:
        """Start it; its output goes to its log."""
        self.starts.append(time.monotonic())
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(self.command),
                cwd=ROOT,
                env={**os.environ, **self.env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )

    def signal(self, number: int) -> None:
        """Send a signal to its whole group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def alive(self) -> bool:
        """Tell whether it runs."""
        return self.process is not None and self.process.poll() is None

    def worn_out(self) -> bool:
        """Tell whether it died too often in a short time."""
        while self.starts and self.starts[0] < time.monotonic() - RESTART_WINDOW_S:
            self.starts.popleft()
        return len(self.starts) > RESTARTS


class Supervisor:
    """Keeps children running until it is told to stop."""

    def __init__(self) -> None:
        """Start with no child."""
        self.children: list[Child] = []
        self.stopping = False

    def start(self, child: Child) -> None:
        """Start a child and keep it."""
        child.start()
        self.children.append(child)

    def watch(self) -> None:
        """Restart what dies, until `stopping`.

        Raises:
            StepError: when a child can't be kept running; names its log.
        """
        while not self.stopping:
            for child in self.children:
                if child.alive() or self.stopping:
                    continue
                if child.worn_out():
                    raise StepError(f"{child.name} keeps stopping. Its log: {child.log}")
                say(f"{child.name} stopped; starting it again (log: {child.log}).")
                child.signal(signal.SIGKILL)  # what its group left behind
                child.start()
            time.sleep(0.2)

    def stop(self) -> None:
        """End all children, the last started first; nothing is left running."""
        self.stopping = True
        for child in reversed(self.children):
            if child.process is None:
                continue
            # Only the leader is asked: it ends its own children in order.
            child.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(STOP_S)
            child.signal(signal.SIGKILL)
            child.process.wait()
