"""Draws several pictures in one cascade call, so that batches stay full; each to the same bits as alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from webapp.generation.engine.bundles import bundle_cascade, drawing_plan
from webapp.generation.engine.drawing import Keeper, StoppedError, installed_manifest, kept_state
from webapp.generation.engine.watching import Observer, Picture, Stages
from webapp.generation.parameters import Parameters


@dataclass(frozen=True)
class Part:
    """One of the pictures: what is drawn, and who is told."""

    parameters: Parameters
    observer: Observer


def kept_stage(checkpoint: Path) -> str:
    """Return the stage that an earlier attempt came to, blank where nothing is kept.

    Only pictures of one stage can be drawn together.
    """
    state = kept_state(checkpoint)
    return "" if state is None else str(state.stage)


def draw_together(parts: Sequence[Part]) -> list[Picture | None]:
    """Draw the pictures of all parts, which differ in labels and seed alone; none of those that were to stop.

    Raises:
        StoppedError: all were to stop.
        BundleUnavailableError: when the installed bundle is not the one the parameters were made for.
    """
    from mambo_engine.cascade.sampling import ImageRequest
    from mambo_engine.errors import Cancelled

    first = parts[0].parameters
    manifest = installed_manifest(first)
    cascade = bundle_cascade(settings.BUNDLE, manifest.digest)
    state = _kept_together(parts)
    group = _Group(parts, manifest, state)
    asked = [ImageRequest(_chosen(part.parameters), part.parameters.seed) for part in parts]
    try:
        drawn = cascade.sample_many(
            asked,
            steps=first.steps,
            guidance=first.guidance,
            sampler=first.sampler,
            plan=drawing_plan(settings.BUNDLE, manifest.digest),
            on_patch=group.on_patch,
            should_stop=group.should_stop,
            wanted=group.wanted,
            state=state,
            on_state=group.keep,
        )
    except Cancelled as error:
        raise StoppedError from error
    bits = manifest.intensity.bits
    return [
        Picture(one.stored_pixels(), bits, one.pixel_spacing_mm) if group.wanted(i) else None
        for i, one in enumerate(drawn)
    ]


class _Group:
    """Tells each part's observer what concerns it, and which parts go on."""

    def __init__(self, parts: Sequence[Part], manifest: Any, state: Any) -> None:
        self._observers = [part.observer for part in parts]
        self._stages = [Stages(manifest, observer) for observer in self._observers]
        self._gone: set[int] = set()
        self._keeper = Keeper(self._observers[0].kept)
        if state is not None:
            for stages, one in zip(self._stages, state.each(), strict=True):
                stages.take_up(one)

    def wanted(self, number: int) -> bool:
        return number not in self._gone

    def should_stop(self) -> bool:
        for number, observer in enumerate(self._observers):
            if self.wanted(number) and observer.should_stop():
                self._gone.add(number)
        return len(self._gone) == len(self._observers)

    def on_patch(self, event: Any) -> None:
        if self.wanted(event.image):
            self._stages[event.image].on_patch(event)

    def keep(self, state: Any) -> None:
        places = [one.checkpoint if self.wanted(i) else None for i, one in enumerate(self._observers)]
        self._keeper.keep(state, places)


def _kept_together(parts: Sequence[Part]) -> Any:
    """Return what earlier attempts have kept, if all have, of one stage, and of these very pictures."""
    from mambo_engine.cascade.state import CascadeState
    from mambo_engine.errors import StateError

    kept = [kept_state(part.observer.checkpoint) for part in parts]
    if any(state is None for state in kept):
        return None
    try:
        return CascadeState.together(kept)
    except StateError:
        return None


def _chosen(parameters: Parameters) -> dict[str, str]:
    return {name: value for name, value in parameters.labels.items() if value}
