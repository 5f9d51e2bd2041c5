"""Draws one picture, tells those who watch, and keeps what is needed to go on after a kill."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings

from webapp.core.errors import DomainError, StorageError
from webapp.generation.engine.bundles import (
    BundleUnavailableError,
    bundle_cascade,
    bundle_manifest,
    drawing_plan,
)
from webapp.generation.engine.watching import Observer, Picture, Stages
from webapp.generation.parameters import Parameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

logger = logging.getLogger(__name__)

SAVING_SHARE = 0.05
"""Most of the drawing's time that keeping its state may take."""


class StoppedError(Exception):
    """Drawing was stopped because `should_stop` said so."""


@dataclass(frozen=True)
class Given:
    """A mammogram to upscale.

    Attributes:
        pixels: uint16 (rows, columns), stored values, 0 = air, chest wall on the left.
        bits: bits that the stored values use.
    """

    pixels: NDArray[np.uint16]
    bits: int


def draw(parameters: Parameters, observer: Observer, given: Given | None = None) -> Picture:
    """Draw one picture with all three stages, from where an earlier attempt came to.

    Args:
        parameters: valid for the bundle whose digest they hold.
        observer: told of progress and asked whether to go on.
        given: a mammogram to upscale: its overview is taken for the first stage's picture.

    Raises:
        StoppedError: when the observer asked to stop.
        BundleUnavailableError: when the installed bundle is not the one the parameters were made for.
    """
    from mambo_engine.errors import Cancelled, StateError

    manifest = installed_manifest(parameters)
    cascade = bundle_cascade(settings.BUNDLE, manifest.digest)
    state = kept_state(observer.checkpoint)
    try:
        result = _sample(cascade, manifest, parameters, observer, given, state)
    except Cancelled as error:
        raise StoppedError from error
    except StateError as error:
        logger.warning("a kept drawing is started over: %s", error)
        try:
            result = _sample(cascade, manifest, parameters, observer, given, None)
        except Cancelled as stopped:
            raise StoppedError from stopped
    return Picture(result.stored_pixels(), manifest.intensity.bits, result.pixel_spacing_mm)


def installed_manifest(parameters: Parameters) -> Any:
    """Return the installed bundle's manifest.

    Raises:
        BundleUnavailableError: when it is not the bundle that the parameters were made for.
    """
    manifest = bundle_manifest(settings.BUNDLE)
    if manifest.digest != parameters.bundle_digest:
        raise BundleUnavailableError("The model was replaced after this picture was asked for. Ask for it again.")
    return manifest


def _sample(
    cascade: Any, manifest: Any, parameters: Parameters, observer: Observer, given: Given | None, state: Any
) -> Any:
    stages = Stages(manifest, observer)
    if state is not None:
        stages.take_up(state)
    overview = None if given is None else _overview(given, manifest.patch_size)
    if overview is not None:
        stages.start_from(overview)
    begin = cascade.sample if overview is None else partial(cascade.refine, global_image=overview)
    return begin(
        labels=dict(parameters.labels),
        seed=parameters.seed,
        steps=parameters.steps,
        guidance=parameters.guidance,
        sampler=parameters.sampler,
        on_patch=stages.on_patch,
        should_stop=observer.should_stop,
        state=state,
        plan=drawing_plan(settings.BUNDLE, manifest.digest),
        on_state=partial(Keeper(observer.kept).keep, places=[observer.checkpoint])
        if observer.checkpoint
        else None,
    )


def _overview(given: Given, side: int) -> NDArray[np.float32]:
    """Return the mammogram as the first stage would draw it: a square (side, side) on the linear scale [0, 1]."""
    from mambo_engine.data.preprocessing import preprocess
    from mambo_engine.errors import DataError
    from mambo_engine.superresolution import shrunk

    if given.pixels.shape == (side, side):
        return (given.pixels / np.float32((1 << given.bits) - 1)).astype(np.float32)
    try:
        square = preprocess(given.pixels, patch_size=1, bits=given.bits, trim=True).image
    except DataError as error:
        raise DomainError(f"No breast was found in the picture to upscale ({error}).", field="source") from error
    if len(square) < side:
        raise DomainError(
            f"The picture is too small to upscale: got {len(square)} px, expected at least {side}.", field="source"
        )
    return shrunk(square, side)


def kept_state(path: Path | None) -> Any:
    """Return what an earlier attempt has kept; none where there is nothing that can be read."""
    from mambo_engine.cascade.state import CascadeState
    from mambo_engine.errors import DataError

    if path is None or not path.is_file():
        return None
    try:
        return CascadeState.load(path)
    except DataError as error:
        logger.warning("a kept drawing can't be read and is started over: %s", error)
        return None


class Keeper:
    """Keeps the drawing's state on disk, seldom enough to cost next to nothing."""

    def __init__(self, kept: Callable[[Path], None]) -> None:
        """Begin; `kept` is called with each file that was written, and its time counts too."""
        self._free_at, self._kept = time.monotonic(), kept

    def keep(self, state: Any, places: Sequence[Path | None]) -> None:
        """Write each picture's state to its place unless the last writing was too short ago.

        A full disk or a store that is away does not end the drawing.
        """
        began = time.monotonic()
        if began < self._free_at:
            return
        try:
            for path, one in zip(places, state.each(), strict=True):
                if path is not None:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    one.save(path)
                    self._kept(path)
        except (OSError, StorageError) as error:
            logger.warning("the state of a drawing was not kept: %s", error)
        now = time.monotonic()
        self._free_at = now + (now - began) / SAVING_SHARE
