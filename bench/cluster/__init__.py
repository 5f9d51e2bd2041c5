"""The site on several hosts: faults met while readers read and workers draw, and what a second host brings."""

from __future__ import annotations

from bench.cluster.network import refusal
from bench.table import Row

__all__ = ["measure"]


def measure(*, quick: bool = False) -> list[Row]:
    """Return the rows; one that says why, where hosts can't be made."""
    reason = refusal()
    if reason:
        return [Row(f"not run: {reason}", 0, "")]
    from bench.cluster.site import Cluster

    cluster = Cluster("phantom")
    try:
        from bench.cluster.report import rows
        from bench.cluster.scenario import play

        return rows(play(cluster, quick=quick))
    finally:
        cluster.close()
