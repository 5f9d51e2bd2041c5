"""The cascade with the bundled model: the fast path against the paper's scheme, and what each measure gives.

The reference scheme is the paper's order of work: raster order, one patch at a time, float32, DDIM with 150 steps,
no background skipped. Same weights, same machine, same run.
"""

from __future__ import annotations

import time
from typing import Any

from bench.table import Row

LABELS = {"birads": "3", "density": "C", "view": "MLO"}
SEED = 7
REFERENCE_STEPS = 150


def _seconds(cascade: Any, **settings: Any) -> float:
    started = time.perf_counter()
    cascade.sample(LABELS, SEED, **settings)
    return time.perf_counter() - started


def measure() -> list[Row]:
    """Measure and return the rows."""
    import torch

    from mambo_engine.cascade.sampling import Plan
    from mambo_engine.loading import load_bundle

    fast, plain = load_bundle("phantom"), load_bundle("phantom", precision="fp32")
    _seconds(fast, steps=2)
    _seconds(plain, steps=2)
    fewer = {"sampler": "dpmpp_2m"}
    whole = _seconds(fast)
    ode = _seconds(fast, steps=20, **fewer)
    single = _seconds(fast, steps=20, **fewer, plan=Plan(order="raster"))
    no_skip = _seconds(fast, steps=20, **fewer, plan=Plan(skip_background=False))
    full_precision = _seconds(plain, steps=20, **fewer)
    scheme = Plan(order="raster", skip_background=False)
    reference = _seconds(plain, sampler="ddim", steps=REFERENCE_STEPS, plan=scheme)
    name = f"the reference scheme ({reference:.0f} s)"
    return [
        Row("one picture, bundle's defaults", whole, "s", f"{name}, times faster", reference / whole),
        Row("one picture, 20 steps of dpmpp_2m", ode, "s", f"{name}, times faster", reference / ode),
        Row("  patches one by one", single, "s", "20 steps, waves", single / ode),
        Row("  background not skipped", no_skip, "s", "20 steps, skipped", no_skip / ode),
        Row("  float32", full_precision, "s", "20 steps, chosen precision", full_precision / ode),
        Row("threads", float(torch.get_num_threads()), "threads"),
    ]
