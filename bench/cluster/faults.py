"""What is done to the hosts while readers read and workers draw."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.cluster.hosts import Host
from bench.cluster.site import Cluster

CUT_S, DOWN_S, SLOW_S = 8.0, 5.0, 8.0


@dataclass(frozen=True)
class Fault:
    """A fault.

    Args:
        name: in words.
        begin: does it; what it returns is added to the name.
        end: undoes it.
        lasts: seconds between.
        back: tells whether the host that was hit works again.
    """

    name: str
    begin: Callable[[], str | None]
    end: Callable[[], None]
    lasts: float
    back: Callable[[], bool]


def schedule(cluster: Cluster, *, quick: bool) -> list[Fault]:
    """Return the faults in their order; quick ones are few."""
    cuts = [("web1", "postgres"), ("web2", "valkey"), ("worker1", "valkey"), ("worker1", "postgres")]
    cuts += [("worker2", "store"), ("web1", "store"), ("prep", "postgres")]
    kills = [("web1", True), ("worker1", True), ("postgres", False), ("valkey", False), ("store", False)]
    kills += [("nginx", False)]
    if quick:
        return [
            _kill(cluster, "web1", disk_lost=True, lasts=2),
            _cut(cluster, "worker1", "postgres", lasts=4),
            _kill(cluster, "postgres", disk_lost=False, lasts=2),
        ]
    return [
        *(_cut(cluster, *pair, lasts=CUT_S) for pair in cuts),
        _slow(cluster, "nginx"),
        _slow(cluster, "postgres"),
        *(_kill(cluster, name, disk_lost=lost, lasts=DOWN_S) for name, lost in kills),
    ]


def _cut(cluster: Cluster, one: str, other: str, *, lasts: float) -> Fault:
    network = cluster.network
    return Fault(
        f"link {one} – {other} cut",
        lambda: network.cut(one, other),
        lambda: network.mend(one, other),
        lasts,
        lambda: _works(cluster, one),
    )


def _slow(cluster: Cluster, name: str) -> Fault:
    network = cluster.network
    return Fault(
        f"{name}'s packets delayed",
        lambda: network.slow(name),
        lambda: network.fast(name),
        SLOW_S,
        lambda: _works(cluster, name),
    )


def _kill(cluster: Cluster, name: str, *, disk_lost: bool, lasts: float) -> Fault:
    host: Host = cluster.hosts[name]
    began = [0.0]

    def end() -> None:
        began[0] = time.time()
        host.power_on()

    return Fault(
        f"{name} killed, {'thrown away, a new one with an empty disk' if disk_lost else 'started again'}",
        lambda: host.power_off(disk_lost=disk_lost),
        end,
        lasts,
        lambda: _works(cluster, name, since=began[0]),
    )


def _works(cluster: Cluster, name: str, *, since: float = 0.0) -> bool:
    """Tell whether the host does its work: answers, or has been heard of since a moment."""
    if name.startswith("web"):
        return cluster.healthy(name)
    if name.startswith(("worker", "prep")):
        return cluster.serves(name, since=since or time.time() - 6)
    return cluster.listens(name)
