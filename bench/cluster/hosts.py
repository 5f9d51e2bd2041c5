"""A host: a namespace, a folder that is its disk, and programs that are started again when they die."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.cluster.network import Network, end_all, program

ROOT = Path(__file__).resolve().parents[2]
RESTART_S = 2.0  # as in deploy/systemd
QUOTAS = Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup")  # of the first and the second kind of control groups
PERIOD_US = 100_000


@dataclass
class Program:
    """A command that a host runs, and its environment."""

    command: list[str]
    env: Mapping[str, str]
    user: str = ""
    process: subprocess.Popen[bytes] | None = None


@dataclass
class Host:
    """One host; nothing on its disk is seen by another."""

    name: str
    network: Network
    disk: Path
    programs: list[Program] = field(default_factory=list)
    on: bool = True
    restarts: int = 0
    share: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        """Its address in the network."""
        return self.network.addresses[self.name]

    def run(self, command: list[str], env: Mapping[str, str], *, user: str = "") -> None:
        """Start a program and keep it."""
        one = Program(command, env, user)
        with self._lock:
            self.programs.append(one)
            self._start(one)

    def _start(self, one: Program) -> None:
        inside = [program("ip"), "netns", "exec", self.network.namespace(self.name)]
        if one.user:
            inside += [program("setpriv"), f"--reuid={one.user}", f"--regid={one.user}", "--clear-groups"]
        self.disk.mkdir(parents=True, exist_ok=True)
        with (self.disk.parent / f"{self.name}.log").open("ab") as log:
            one.process = subprocess.Popen(
                [*inside, *one.command],
                cwd=ROOT,
                env=dict(one.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        if self.share:
            self._confine(one.process.pid)

    def look(self) -> None:
        """Start again what has ended by itself, as a host's service manager does."""
        with self._lock:
            for one in self.programs if self.on else []:
                if one.process is not None and one.process.poll() is not None:
                    time.sleep(RESTART_S)
                    self.restarts += 1
                    self._start(one)

    def power_off(self, *, disk_lost: bool = False) -> None:
        """Kill everything at once and take the host off the network.

        Args:
            disk_lost: the host is thrown away: what comes back has an empty disk.
        """
        with self._lock:
            self.on = False
            self.network.unplug(self.name)
            end_all(self.network.namespace(self.name))
            for one in self.programs:
                if one.process is not None:
                    one.process.kill()
                    one.process.wait()
            if disk_lost:
                shutil.rmtree(self.disk)

    def power_on(self) -> None:
        """Join the network again and start what ran."""
        with self._lock:
            self.network.plug(self.name)
            self.on = True
            for one in self.programs:
                self._start(one)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the host's programs, not to their children."""
        for one in self.programs:
            if one.process is not None:
                one.process.send_signal(number)

    def limit(self, share: float) -> str:
        """Let the host have so much of one core from now on (0: as much as it likes); return by what.

        Control groups hold it to the share. Where there are none, the host gets a core instead.
        """
        self.share = share
        by = "nothing"
        for one in self.programs:
            if one.process is not None:
                by = self._confine(one.process.pid)
        return by

    def _group(self) -> Path | None:
        for root, name in zip(QUOTAS, ("cpu.cfs_quota_us", "cpu.max"), strict=True):
            folder = root / self.network.namespace(self.name)
            try:
                folder.mkdir(exist_ok=True)
                quota = str(int(self.share * PERIOD_US)) if self.share else ("-1" if "cfs" in name else "max")
                (folder / name).write_text(quota if "cfs" in name else f"{quota} {PERIOD_US}")
            except OSError:
                continue
            return folder
        return None

    def _confine(self, number: int) -> str:
        folder = self._group()
        for one in [number, *_below(number)]:
            try:
                if folder is not None:
                    (folder / "cgroup.procs").write_text(str(one))
                else:
                    os.sched_setaffinity(one, {self._core} if self.share else range(os.cpu_count() or 1))
            except (OSError, ValueError):
                continue
        return "control groups" if folder is not None else "one core each"

    @property
    def _core(self) -> int:
        """One for neighbors in the order of addresses, which are those that are compared."""
        return int(self.address.rpartition(".")[2]) % (os.cpu_count() or 1)

    def gone(self) -> None:
        """Remove what the host left outside its namespace."""
        for root in QUOTAS:
            folder = root / self.network.namespace(self.name)
            if folder.is_dir():
                try:
                    folder.rmdir()
                except OSError as error:
                    sys.stderr.write(f"{folder} stays: {error}\n")


def _below(number: int) -> list[int]:
    try:
        found = [int(one) for one in Path(f"/proc/{number}/task/{number}/children").read_text().split()]
    except OSError:
        return []
    return found + [below for child in found for below in _below(child)]


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # a bench that is killed leaves no server behind


class Keeper(threading.Thread):
    """Looks after all hosts until it is stopped."""

    def __init__(self, hosts: list[Host]) -> None:
        super().__init__(name="keeper", daemon=True)
        self._hosts, self._stopped = hosts, threading.Event()

    def run(self) -> None:
        """Look, again and again."""
        while not self._stopped.wait(0.5):
            for host in self._hosts:
                host.look()

    def stop(self) -> None:
        """End."""
        self._stopped.set()
        self.join()
