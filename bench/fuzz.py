"""`./dev fuzz [--cases N] [--start N]`: reads damaged files in bounded processes; ends with 1 on a finding.

A case that raises anything but a refusal, ends its process, or exceeds its time or memory is a finding; its number
makes the same file again: `bench.fuzz_cases.damaged_file(NUMBER)`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from webapp.imaging.ingest.bounded import Limits, Outcome, bounded

WORK = "bench.fuzz_cases:fuzz_case"
LIMITS = Limits(seconds=20.0, data_bytes=1 << 30, jobs=100_000)


@dataclass
class Found:
    """What a run found.

    Args:
        cases: how many were read.
        outcomes: how often each ending came.
        failures: cases that crashed, hung or raised something unknown.
        peak_bytes: the largest resident size of any process.
        slowest_s: the longest case.
    """

    cases: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[Outcome] = field(default_factory=list)
    peak_bytes: int = 0
    slowest_s: float = 0.0

    def take(self, outcome: Outcome) -> None:
        """Count a case."""
        self.cases += 1
        self.peak_bytes = max(self.peak_bytes, outcome.peak_bytes)
        self.slowest_s = max(self.slowest_s, outcome.seconds)
        if outcome.failure:
            self.failures.append(outcome)
        else:
            self.outcomes["accepted" if outcome.result == "accepted" else "refused with a reason"] += 1


def fuzz(cases: range, *, workers: int = 2) -> Found:
    """Read the cases of these numbers."""
    found = Found()
    for outcome in bounded(WORK, cases, workers=workers, limits=LIMITS):
        if outcome is not None:
            found.take(outcome)
    return found


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="./dev fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=12_000)
    parser.add_argument("--start", type=int, default=0, help="number of the first case")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    started = time.perf_counter()
    found = fuzz(range(options.start, options.start + options.cases), workers=options.workers)
    endings = Counter(one.failure for one in found.failures)
    lines = [
        f"{found.cases} damaged files in {time.perf_counter() - started:.0f} s",
        *(f"  {count} {name}" for name, count in found.outcomes.most_common()),
        f"  {endings['died']} crashes, {endings['time']} hangs, {endings['error']} unknown errors",
        f"  largest process {found.peak_bytes / 1e6:.0f} MB, slowest case {found.slowest_s:.2f} s",
        *(f"  case {one.job}: {one.failure} {one.detail}" for one in found.failures[:50]),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if found.failures else 0


if __name__ == "__main__":
    sys.exit(main())
