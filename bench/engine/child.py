"""A drawing in a process of its own, so that its peak memory is its own: JSON in as an argument, JSON out.

Keys in: `bundle` with `max_memory` and `images`, or `size` of a small random model; `steps`.
Keys out: seconds, peak (bytes), patches, batch.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


def peak_bytes() -> int:
    """Most memory that this process has held since its program began.

    Not `ru_maxrss` where it can be avoided: on Linux that starts from what the parent held.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        return int(lines["VmHWM"].split()[0]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def in_child(task: dict[str, Any]) -> dict[str, Any]:
    """Run `task` in a new process and return what it measured."""
    command = [sys.executable, "-m", "bench.engine.child", json.dumps(task)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout))


def bundle_drawing(task: dict[str, Any]) -> dict[str, Any]:
    """Draw with a bundle under a memory limit."""
    from bench.engine.schemes import labels_of
    from mambo_engine.cascade.sampling import ImageRequest
    from mambo_engine.checkpoint import read_manifest
    from mambo_engine.loading import load_bundle, plan_for

    images = int(task.get("images", 1))
    plan = plan_for(read_manifest(task["bundle"]), "cpu", max_memory=task["max_memory"], images=images)
    cascade = load_bundle(task["bundle"], device="cpu")
    requests = [ImageRequest(labels_of(cascade.vocabulary), seed) for seed in range(images)]
    started = time.perf_counter()
    for result in cascade.sample_many(requests, steps=task["steps"], sampler="dpmpp_2m", plan=plan):
        result.stored_pixels()
    return {"seconds": time.perf_counter() - started, "peak": peak_bytes(), "batch": plan.max_batch}


def sized_drawing(task: dict[str, Any]) -> dict[str, Any]:
    """Draw one picture of a size with a small random model, nothing skipped."""
    from bench.engine.random_model import SMALL, patches_of, random_cascade
    from mambo_engine.cascade.sampling import Plan
    from mambo_engine.config import GeometryConfig
    from mambo_engine.loading import policy_for

    policy = policy_for("cpu")
    cascade = random_cascade(GeometryConfig(task["size"], 64, 3, 8), SMALL, policy)
    started = time.perf_counter()
    cascade.sample(steps=task["steps"], sampler="dpmpp_2m", plan=Plan(skip_background=False)).stored_pixels()
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "peak": peak_bytes(), "patches": patches_of(cascade), "batch": policy.max_batch}


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    sys.stdout.write(json.dumps(bundle_drawing(asked) if "bundle" in asked else sized_drawing(asked)))
