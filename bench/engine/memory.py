"""Peak memory of drawings in processes of their own against the limit they were given."""

from __future__ import annotations

from bench.engine.child import in_child
from bench.table import Row

MB = 10**6


def measure(bundle: str, *, quick: bool = False) -> list[Row]:
    """Draw with the least memory that is accepted, with enough for a full batch, and four pictures together."""
    from mambo_engine.checkpoint import read_manifest
    from mambo_engine.loading import memory_bound, policy_for

    rows = []
    for images, batch in ((1, 1), (1, 16), (4, 16)):
        limit = memory_bound(read_manifest(bundle), policy_for("cpu"), images=images).total(batch)
        task = {"bundle": bundle, "max_memory": limit, "images": images, "steps": 1 if quick else 4}
        found = in_child(task)
        pictures = "one picture" if images == 1 else f"{images} pictures in lockstep"
        what = f"peak memory, {pictures}, --max-memory {limit / MB:.0f}MB (batch {found['batch']})"
        rows.append(Row(what, found["peak"] / MB, "MB", "the limit", found["peak"] / limit))
    return rows
