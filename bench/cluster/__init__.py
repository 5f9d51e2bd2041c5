"""The site on several hosts: faults met while readers read and workers draw, and what a second host brings."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Any

from bench.cluster.network import refusal
from bench.table import Row

__all__ = ["measure"]


def measure(*, quick: bool = False, page: Path | None = None) -> list[Row]:
    """Return the rows; one that says why, where hosts can't be made.

    Args:
        quick: few faults and seconds; shows that it works, the figures mean little.
        page: of the benchmarks; the table of faults goes into `cluster.md` beside it.
    """
    reason = refusal()
    if reason:
        return [Row(f"not run: {reason}", 0, "")]
    from bench.cluster.site import Cluster

    signal.signal(signal.SIGTERM, _leave)  # so that an end from outside tears down too
    cluster = Cluster("phantom")
    try:
        from bench.cluster import report
        from bench.cluster.scenario import play

        outcome = play(cluster, quick=quick)
        sys.stdout.write(f"\n{report.table(outcome.met)}\n")
        if page is not None:
            report.keep(outcome, page.with_name("cluster.md"), quick=quick)
        return report.rows(outcome)
    except BaseException:
        sys.stderr.write(cluster.said())
        raise
    finally:
        cluster.close()


def _leave(*_: Any) -> None:
    raise SystemExit(143)
