"""The cascade: the fast path against the paper's scheme, what each measure gives, memory, sizes and quality.

The reference scheme is the paper's order of work: raster order, one patch at a time, float32, DDIM with 150 steps,
no background skipped. Same weights, same machine, same run.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from bench.table import Row


def measure(bundle: str = "phantom", *, quick: bool = False) -> list[Row]:
    """Measure and return the rows.

    Args:
        bundle: name or folder; every picture but those of the size rows is drawn with it.
        quick: fewer steps and pictures; shows that every row works, the figures mean little.
    """
    from bench.engine import card, forward, memory, policy, quality, sizes, speed

    sections: list[tuple[str, Callable[[], list[Row]]]] = [
        ("speed", lambda: speed.measure(bundle, quick=quick)),
        ("forward pass", forward.measure),
        ("policy", lambda: policy.measure(bundle, quick=quick)),
        ("memory", lambda: memory.measure(bundle, quick=quick)),
        ("sizes", lambda: sizes.measure(quick=quick)),
        ("quality", lambda: quality.measure(bundle, quick=quick)),
        ("card", card.measure),
    ]
    rows = []
    for name, section in sections:
        started = time.perf_counter()
        rows += section()
        sys.stderr.write(f"{name}: {time.perf_counter() - started:.0f} s\n")
    return rows
