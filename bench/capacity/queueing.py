"""Readers and one core, simulated: what a crowd of readers will wait, from what one reader alone costs.

A closed queue: each reader looks (exponential), then asks. A request takes some time that is nobody's work (disks,
network) and some work of the core, which is shared evenly by all requests at work (processor sharing); a bounded
number is at work at once and the others wait in the order in which they came.

Source: L. Kleinrock, Queueing Systems II, 1976, section 4.4 (processor sharing).
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One request of a reader's round.

    Args:
        work_s: seconds of the core.
        idle_s: seconds in which it waits for something else.
        after_look: whether the reader looks before it.
    """

    work_s: float
    idle_s: float
    after_look: bool = False


@dataclass(frozen=True)
class Seen:
    """What the readers saw.

    Args:
        rounds_per_s: finished in the observed time.
        waits_s: of each request, by step.
    """

    rounds_per_s: float
    waits_s: list[list[float]]

    def percentile(self, step: int, share: float) -> float:
        """Return the time below which this share of the step's requests stayed."""
        found = sorted(self.waits_s[step])
        return found[min(len(found) - 1, int(share * len(found)))]


@dataclass
class _Job:
    reader: int
    step: int
    asked: float
    left: float


def simulate(
    readers: int, steps: Sequence[Step], *, look_s: float, places: int, seconds: float, seed: int
) -> Seen:
    """Return what so many readers see of one core.

    Args:
        readers: who go round and round.
        steps: of one round.
        look_s: mean of the looking.
        places: requests that may be at work at once.
        seconds: observed, after a tenth of them that is not counted.
        seed: of the looking.
    """
    return _Run(steps, look_s, places, seed).run(readers, seconds)


class _Run:
    def __init__(self, steps: Sequence[Step], look_s: float, places: int, seed: int) -> None:
        self.steps, self.look_s, self.places = steps, look_s, places
        self.rng = random.Random(seed)
        self.now = 0.0
        self.ahead: list[tuple[float, int, _Job]] = []  # (when, tie, job): looking, or waiting for a disk
        self.at_work: list[_Job] = []
        self.waiting: deque[_Job] = deque()
        self.ties = 0

    def run(self, readers: int, seconds: float) -> Seen:
        for reader in range(readers):
            self._plan(reader, 0)
        waits: list[list[float]] = [[] for _ in self.steps]
        begins, ends, rounds = seconds * 0.1, seconds * 1.1, 0
        while self.now < ends:
            done = self._advance()
            if done is None:
                continue
            if self.now >= begins:
                waits[done.step].append(self.now - done.asked)
                rounds += done.step == len(self.steps) - 1
            self._plan(done.reader, (done.step + 1) % len(self.steps))
        return Seen(rounds / seconds, waits)

    def _plan(self, reader: int, step: int) -> None:
        one = self.steps[step]
        look = self.rng.expovariate(1 / self.look_s) if one.after_look and self.look_s else 0.0
        self.ties += 1
        asked = self.now + look
        heapq.heappush(self.ahead, (asked + one.idle_s, self.ties, _Job(reader, step, asked, one.work_s)))

    def _advance(self) -> _Job | None:
        """Go to the next event; return the job that ended there, if one did."""
        soonest = min((job.left for job in self.at_work), default=float("inf")) * max(1, len(self.at_work))
        arrives = self.ahead[0][0] if self.ahead else float("inf")
        if arrives < self.now + soonest:
            self._spend(arrives)
            self.waiting.append(heapq.heappop(self.ahead)[2])
            self._admit()
            return None
        self._spend(self.now + soonest)
        done = min(self.at_work, key=lambda job: job.left)
        self.at_work.remove(done)
        self._admit()
        return done

    def _spend(self, until: float) -> None:
        share = (until - self.now) / max(1, len(self.at_work))
        for job in self.at_work:
            job.left -= share
        self.now = until

    def _admit(self) -> None:
        while self.waiting and len(self.at_work) < self.places:
            self.at_work.append(self.waiting.popleft())
