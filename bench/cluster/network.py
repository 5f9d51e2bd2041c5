"""Hosts' network on one machine: a namespace each, joined by a bridge; links that can be cut, narrowed and torn.

Names carry the process id, so that several runs stand side by side and what a killed run left can be swept.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

PREFIX, BRIDGE = "mambo-", "mb"
NOWHERE = (
    "02:00:00:00:00:00"  # nobody's hardware address: what is sent there is gone, without a word to the sender
)
DEVICE = "eth0"
DELAY_MS = 150
NARROW = "rate 600kbit burst 4kb latency 800ms"


class NetworkError(RuntimeError):
    """The system refused a command of `ip` or `tc`."""


def refusal() -> str:
    """Return why hosts can't be made here, as a sentence; blank where they can."""
    if sys.platform != "linux":
        return "network namespaces are a part of Linux, and this is another system."
    missing = [name for name in ("ip", "nginx", "openssl", "setpriv") if not program(name)]
    if missing:
        return f"no program {missing[0]!r} was found (Debian: apt-get install iproute2 nginx openssl util-linux)."
    if os.geteuid() != 0:
        return "network namespaces need the rights of root."
    sweep()
    try:
        with contextlib.closing(Network(["probe"])):
            return ""
    except NetworkError as error:
        return f"the system refuses network namespaces: {error}"


def program(name: str) -> str:
    """Return the path of a program, also of those for administrators; blank when there is none."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:/usr/local/sbin") or ""


class Network:
    """A bridge with an address of its own, and one namespace for each name.

    Args:
        names: of the hosts, in the order of their addresses.

    Raises:
        NetworkError: when the system refuses; what was made by then is removed.
    """

    def __init__(self, names: list[str]) -> None:
        self.number = os.getpid()
        self.bridge = f"{BRIDGE}{self.number}"
        self.net = f"10.{64 + self.number % 128}.{self.number // 128 % 250}"
        self.outside = f"{self.net}.1"
        self.addresses = {name: f"{self.net}.{place}" for place, name in enumerate(names, 11)}
        self._ports = {name: f"{self.bridge}p{place}" for place, name in enumerate(names)}
        self.can_delay = True
        try:
            run("ip", "link", "add", self.bridge, "type", "bridge")
            run("ip", "addr", "add", f"{self.outside}/24", "dev", self.bridge)
            run("ip", "link", "set", self.bridge, "up")
            for name in names:
                self._add(name)
        except BaseException:
            self.close()
            raise

    def _add(self, name: str) -> None:
        space, port = self.namespace(name), self._ports[name]
        run("ip", "netns", "add", space)
        run("ip", "link", "add", port, "type", "veth", "peer", "name", DEVICE, "netns", space)
        run("ip", "link", "set", port, "master", self.bridge, "up")
        run("ip", "-n", space, "addr", "add", f"{self.addresses[name]}/24", "dev", DEVICE)
        for device in ("lo", DEVICE):
            run("ip", "-n", space, "link", "set", device, "up")

    def namespace(self, name: str) -> str:
        """Return the namespace's name."""
        return f"{PREFIX}{self.number}-{name}"

    def cut(self, one: str, other: str) -> None:
        """Lose every packet between two hosts, in both directions, as a pulled cable does."""
        for here, there in ((one, other), (other, one)):
            space = self.namespace(here)
            run("ip", "-n", space, "neigh", "replace", self.addresses[there], "lladdr", NOWHERE, "dev", DEVICE,
                "nud", "permanent")  # fmt: skip

    def mend(self, one: str, other: str) -> None:
        """Undo a cut."""
        for here, there in ((one, other), (other, one)):
            run("ip", "-n", self.namespace(here), "neigh", "del", self.addresses[there], "dev", DEVICE)

    def unplug(self, name: str) -> None:
        """Take a host off the network: what is sent to it is not answered, not even refused."""
        run("ip", "link", "set", self._ports[name], "down")

    def plug(self, name: str) -> None:
        """Undo `unplug`."""
        run("ip", "link", "set", self._ports[name], "up")

    def slow(self, name: str) -> str:
        """Delay what a host sends; return how: netem where the kernel has it, a narrow link where not."""
        add = ("tc", "qdisc", "add", "dev", DEVICE, "root")
        inside = ("ip", "netns", "exec", self.namespace(name))
        try:
            run(*inside, *add, "netem", "delay", f"{DELAY_MS}ms", "30ms", "loss", "1%")
        except NetworkError:
            self.can_delay = False
            run(*inside, *add, "tbf", *NARROW.split())
            return "600 kbit/s with a queue of up to 800 ms (this kernel has no netem)"
        return f"{DELAY_MS} ms more, 1 % lost"

    def fast(self, name: str) -> None:
        """Undo `slow`."""
        run("ip", "netns", "exec", self.namespace(name), "tc", "qdisc", "del", "dev", DEVICE, "root")

    def close(self) -> None:
        """Remove namespaces and bridge, and end what still runs in them."""
        for name in self.addresses:
            remove(self.namespace(name))
        for port in (*self._ports.values(), self.bridge):
            with contextlib.suppress(NetworkError):
                run("ip", "link", "del", port)


def run(*command: str) -> str:
    """Run a command and return what it printed.

    Raises:
        NetworkError: with what it said.
    """
    done = subprocess.run([program(command[0]), *command[1:]], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NetworkError(f"{' '.join(command)}: {done.stderr.strip() or done.returncode}")
    return done.stdout


def end_all(namespace: str) -> None:
    """Kill every process in a namespace at once."""
    with contextlib.suppress(NetworkError):
        for _ in range(3):  # what was just forking shows up in the next look
            found = run("ip", "netns", "pids", namespace).split()
            for number in found:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(number), signal.SIGKILL)
            if not found:
                return


def remove(namespace: str) -> None:
    """Remove a namespace with what runs in it; one that is not there is passed over."""
    end_all(namespace)
    with contextlib.suppress(NetworkError):
        run("ip", "netns", "del", namespace)


def sweep() -> list[str]:
    """Remove what runs that were killed have left; return the names."""
    left = []
    for line in run("ip", "netns", "list").splitlines():
        name = line.split()[0]
        found = re.fullmatch(rf"{PREFIX}(\d+)-\w+", name)
        if found and not _alive(int(found[1])):
            remove(name)
            left.append(name)
    for path in Path("/sys/class/net").glob(f"{BRIDGE}[0-9]*"):
        found = re.fullmatch(rf"{BRIDGE}(\d+)", path.name)
        if found and not _alive(int(found[1])):
            with contextlib.suppress(NetworkError):
                run("ip", "link", "del", path.name)
            left.append(path.name)
    return left


def sweep_folders(prefix: str) -> None:
    """Remove the temporary folders `<prefix><process id>-…` of runs that were killed."""
    for path in Path(tempfile.gettempdir()).glob(f"{prefix}[0-9]*-*"):
        if not _alive(int(path.name.removeprefix(prefix).partition("-")[0])):
            shutil.rmtree(path, ignore_errors=True)


def _alive(number: int) -> bool:
    return Path(f"/proc/{number}").exists()
