"""Time and memory against the side of the picture, with a small random network: how the cascade itself scales."""

from __future__ import annotations

from bench.engine.child import in_child
from bench.table import Row

SIDES = (480, 960, 1920, 3840)


def measure(*, quick: bool = False) -> list[Row]:
    """Measure every side in a process of its own; the peer is the smallest side."""
    sides, steps = (SIDES[:2], 1) if quick else (SIDES, 2)
    return size_rows([(side, in_child({"size": side, "steps": steps})) for side in sides])


def size_rows(found: list[tuple[int, dict[str, float]]]) -> list[Row]:
    """Milliseconds a patch and bytes a pixel; above 1 would be worse than linear."""
    rows, (first, least) = [], found[0]
    for side, one in found:
        each, peer = (1000 * run["seconds"] / run["patches"] for run in (one, least))
        what = f"{side} × {side}: {one['patches']:.0f} patches in {one['seconds']:.1f} s"
        rows.append(Row(what, each, "ms/patch", f"a patch at {first}", each / peer))
    for side, one in found[1:]:
        more, peer = one["peak"] - least["peak"], one["patches"] / least["patches"]
        what = f"{side} × {side}: peak memory, {more / 1e6:.0f} MB more than at {first}"
        rows.append(
            Row(what, one["peak"] / 1e6, "MB", f"times the patches of {first}", one["peak"] / least["peak"] / peer)
        )
    return rows
