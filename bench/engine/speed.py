"""Seconds a picture: the fast path, the reference scheme, every measure between them, and pictures in lockstep."""

from __future__ import annotations

import time
from itertools import pairwise

from bench.engine.schemes import (
    DEFAULTS,
    FAST,
    SEED,
    Scheme,
    labels_of,
    ladder,
    loaded,
    shortened,
    without_one,
)
from bench.table import Row

TOGETHER = 4
REPEATED_UNDER_S = 12.0


class Clock:
    """Times schemes with one bundle; each network precision is loaded and warmed up once."""

    def __init__(self, bundle: str, *, quick: bool) -> None:
        self._quick = quick
        self._cascades = {precision: loaded(bundle, precision) for precision in ("auto", "fp32")}
        self.labels = labels_of(self._cascades["auto"].vocabulary)
        for precision in self._cascades:
            self._draw(Scheme("warm-up", steps=1, precision=precision), 1)

    def seconds(self, scheme: Scheme, images: int = 1) -> float:
        """Seconds for `images` pictures together; the better of two runs where a run is short."""
        scheme = shortened(scheme) if self._quick else scheme
        first = self._draw(scheme, images)
        return first if first > REPEATED_UNDER_S else min(first, self._draw(scheme, images))

    def _draw(self, scheme: Scheme, images: int) -> float:
        from mambo_engine.cascade.sampling import ImageRequest

        requests = [ImageRequest(self.labels, SEED + i) for i in range(images)]
        started = time.perf_counter()
        self._cascades[scheme.precision].sample_many(requests, **scheme.settings())
        return time.perf_counter() - started

    def alone(self, scheme: Scheme, images: int) -> float:
        """Seconds for the same pictures one after another."""
        from mambo_engine.cascade.sampling import ImageRequest

        scheme = shortened(scheme) if self._quick else scheme
        started = time.perf_counter()
        for i in range(images):
            request = [ImageRequest(self.labels, SEED + i)]
            self._cascades[scheme.precision].sample_many(request, **scheme.settings())
        return time.perf_counter() - started


def measure(bundle: str, *, quick: bool = False) -> list[Row]:
    """Measure and return the rows."""
    import torch

    clock = Clock(bundle, quick=quick)
    steps = ladder()
    taken = [clock.seconds(scheme) for scheme in steps]
    fast = taken[-1]
    defaults = clock.seconds(DEFAULTS)
    left_out = [(scheme.name, clock.seconds(scheme)) for scheme in without_one()]
    together, alone = clock.seconds(FAST, TOGETHER), clock.alone(FAST, TOGETHER)
    name = "the reference scheme, times faster"
    return [
        Row("threads", float(torch.get_num_threads()), "threads"),
        Row("one picture, fast path: 20 steps of dpmpp_2m", fast, "s", name, taken[0] / fast),
        Row("one picture, fast path: the bundle's defaults", defaults, "s", name, taken[0] / defaults),
        *ladder_rows([scheme.name for scheme in steps], taken),
        *(
            Row(f"fast path but for: {what}", seconds, "s", "the fast path", seconds / fast)
            for what, seconds in left_out
        ),
        Row(f"{TOGETHER} pictures in lockstep", together, "s", "one after another", together / alone),
    ]


def ladder_rows(names: list[str], taken: list[float]) -> list[Row]:
    """Rows of the ladder: seconds of each rung and how many times faster it is than the one above."""
    rows = [Row(f"ladder: {names[0]}", taken[0], "s")]
    for what, (before, after) in zip(names[1:], pairwise(taken), strict=True):
        rows.append(Row(f"ladder: {what}", after, "s", "the rung above, times faster", before / after))
    return rows
