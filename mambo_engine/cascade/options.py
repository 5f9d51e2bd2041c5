"""The keyword arguments that every way of drawing takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

from mambo_engine.cascade.events import OnPatch, ShouldStop
from mambo_engine.cascade.frontier import Wanted
from mambo_engine.cascade.sampling import Plan, Sampling
from mambo_engine.cascade.state import CascadeState
from mambo_engine.config import Defaults

OnState = Callable[[CascadeState], None]
"""Called with a copy of where the drawing stands: after each batch of patches, or each joint step."""


class DrawOptions(TypedDict, total=False):
    """How images are drawn, and who watches; what is left out or None is the default.

    Attributes:
        steps: network evaluations a patch; default: the bundle's.
        guidance: classifier-free guidance in the bundle's guided stages; default: the bundle's.
        sampler: one of ddpm, ddim, dpmpp_2m, dpmpp_2m_sde; default: the bundle's.
        eta: noise of ddim, 0..1; default 0.
        redraw_known: draw the noise of known pixels anew at each step instead of keeping it; default false.
        aggregation: autoregressive (default), patch after patch as in the paper, or joint: all patches at once,
            for samplers without noise.
        spin: move the patch from step to step in all stages, or in none; default: in the bundle's spun stages.
        plan: how the work is cut into batches; changes time and memory, not the image.
        on_patch: called for each finished patch; its `image` is the number of the request.
        should_stop: asked at each solver step; true ends the drawing with Cancelled.
        wanted: asked before each batch of patches whether the image of this number is still wanted; one that is
            not comes back as far as it was drawn, and the others are what they would be. Joint aggregation
            does not ask.
        state: go on from here; no event is sent again for the patches it holds.
        on_state: given a state after each batch of patches, in joint aggregation after each step.
    """

    steps: int | None
    guidance: float | None
    sampler: str | None
    eta: float | None
    redraw_known: bool | None
    aggregation: str | None
    spin: bool | None
    plan: Plan | None
    on_patch: OnPatch | None
    should_stop: ShouldStop | None
    wanted: Wanted | None
    state: CascadeState | None
    on_state: OnState | None


def sampling_of(options: DrawOptions, defaults: Defaults) -> Sampling:
    """What `options` ask for, a bundle's defaults in place of what they leave out.

    Raises:
        TypeError: an option that does not exist.
    """
    unknown = sorted(set(options) - set(DrawOptions.__annotations__))
    if unknown:
        raise TypeError(f"got unexpected {', '.join(unknown)}; expected {', '.join(DrawOptions.__annotations__)}")
    steps, guidance = options.get("steps"), options.get("guidance")
    return Sampling(
        sampler=options.get("sampler") or defaults.sampler,
        steps=defaults.steps if steps is None else steps,
        guidance=defaults.guidance if guidance is None else guidance,
        eta=options.get("eta") or 0.0,
        redraw_known=options.get("redraw_known") or False,
        aggregation=options.get("aggregation") or "autoregressive",
        plan=options.get("plan") or Plan(),
    )
