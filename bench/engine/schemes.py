"""The ways of drawing that are compared: the paper's, ours, and the steps between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mambo_engine.cascade.cascade import Cascade

REFERENCE_STEPS, FAST_STEPS = 150, 20
SEED = 7


@dataclass(frozen=True)
class Scheme:
    """One way of drawing.

    Attributes:
        name: what the table calls it.
        sampler: of the engine; none: the bundle's own sampler and steps.
        steps: network evaluations a patch.
        skip: leave out background.
        waves: draw independent patches together; otherwise one by one in raster order.
        precision: auto (chosen by the policy) or fp32.
    """

    name: str
    sampler: str | None = "dpmpp_2m"
    steps: int | None = FAST_STEPS
    skip: bool = True
    waves: bool = True
    precision: str = "auto"

    def settings(self) -> dict[str, Any]:
        """Arguments of `Cascade.sample` and `sample_many`."""
        from mambo_engine.cascade.sampling import Plan

        plan = Plan(order="wave" if self.waves else "raster", skip_background=self.skip)
        return {"sampler": self.sampler, "steps": self.steps, "plan": plan}


FAST = Scheme(f"{FAST_STEPS} steps of dpmpp_2m")
DEFAULTS = Scheme("the bundle's defaults", sampler=None, steps=None)
REFERENCE = Scheme("the reference scheme", "ddim", REFERENCE_STEPS, skip=False, waves=False, precision="fp32")


def ladder() -> list[Scheme]:
    """From the reference to the fast path, one measure more at a time."""
    steps = replace(REFERENCE, name=f"+ {FAST_STEPS} steps of dpmpp_2m", sampler="dpmpp_2m", steps=FAST_STEPS)
    skipping = replace(steps, name="+ background skipped", skip=True)
    batching = replace(skipping, name="+ patches in waves", waves=True)
    precision = replace(batching, name="+ the chosen precision", precision="auto")
    return [REFERENCE, steps, skipping, batching, precision]


def without_one() -> list[Scheme]:
    """The fast path with one measure left out at a time."""
    return [
        replace(FAST, name=f"DDIM, {REFERENCE_STEPS} steps", sampler="ddim", steps=REFERENCE_STEPS),
        replace(FAST, name="background not skipped", skip=False),
        replace(FAST, name="patches one by one", waves=False),
        replace(FAST, name="float32", precision="fp32"),
    ]


def shortened(scheme: Scheme) -> Scheme:
    """The scheme with few steps, in the same proportions; for a quick look."""
    return replace(scheme, steps=max(1, (scheme.steps or FAST_STEPS) // 10))


def labels_of(vocabulary: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The middle value of every label field."""
    return {name: values[len(values) // 2] for name, values in vocabulary.items()}


def loaded(bundle: str, precision: str) -> Cascade:
    """The bundle on the processor, compiled or not as the policy chooses."""
    from mambo_engine.loading import load_bundle

    return load_bundle(bundle, device="cpu", precision=precision)
