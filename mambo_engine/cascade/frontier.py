"""Which patches can be drawn next: those whose earlier neighbors are all there.

Source: paper sec. 3.2.2 draws patches one by one in raster order. A patch needs no more than the patches above
and left of it that it overlaps, so all that are free of such needs make one batch, over several images alike.
On a full grid these batches are the anti-diagonals; skipped background and company let them run ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mambo_engine.cascade.grid import Patch
from mambo_engine.cascade.sampling import Plan
from mambo_engine.cascade.stitching import StageCanvas

Item = tuple[int, Patch]
"""Number of the image, and one of its patches."""


Wanted = Callable[[int], bool]
"""Asked before each batch whether the image of this number is still wanted."""


def next_batch(canvases: Sequence[StageCanvas], plan: Plan, wanted: Wanted | None = None) -> list[Item]:
    """Independent patches to draw together, the earliest waves first; empty when all is drawn.

    The choice follows from what is drawn already and from nothing else, so resumed work is cut as undisturbed
    work is.
    """
    kept = [i for i in range(len(canvases)) if wanted is None or wanted(i)]
    todo = [(i, patch) for i in kept for patch in canvases[i].open()]
    if plan.order == "raster":
        return todo[:1]
    ready = [(i, patch) for i, patch in todo if canvases[i].ready(patch)]
    ready.sort(key=lambda item: (item[1].wave, item[0], item[1].row))
    return ready[: plan.max_batch]
