"""The only door to `mambo_engine`. Every import of it is inside a function: the web process never loads torch."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings

from webapp.core.errors import DomainError
from webapp.generation.parameters import BundleCard, Parameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

logger = logging.getLogger(__name__)

STAGES = ("global", "local", "patch")


class BundleUnavailableError(DomainError):
    """The bundle that the site is set to can't be used.

    Args:
        message: for everybody.
        reason: the engine's own words, for study admins: they may name folders.
    """

    code = "no_model"
    status = 503

    def __init__(self, message: str, *, reason: str = "") -> None:
        """Keep the reason apart from the message."""
        super().__init__(message)
        self.reason = reason


class StoppedError(Exception):
    """Drawing was stopped because `should_stop` said so."""


@dataclass(frozen=True)
class Picture:
    """A picture as the engine leaves it.

    Attributes:
        pixels: uint16 (rows, columns), stored values, 0 = air, brighter = denser.
        bits: bits that the stored values use.
        pixel_spacing_mm: side of a pixel, or None when the bundle doesn't say.
    """

    pixels: NDArray[np.uint16]
    bits: int
    pixel_spacing_mm: float | None


@dataclass(frozen=True)
class Observer:
    """Whom the engine tells while it draws; all three are called in the drawing thread.

    Attributes:
        progress: (stage, patches done, patches in all) after each patch.
        preview: (stage, picture) when the overview and the context picture are whole.
        should_stop: asked at each solver step; true ends the drawing with `StoppedError`.
    """

    progress: Callable[[str, int, int], None]
    preview: Callable[[str, Picture], None]
    should_stop: Callable[[], bool]


def bundle_card(name: str | None = None) -> BundleCard:
    """Return what the installed bundle declares, without loading torch or weights.

    Args:
        name: a bundle's name or folder; by default the one in `settings.BUNDLE`.

    Raises:
        BundleUnavailableError: when it is missing, tampered with, or of another format.
    """
    return _card(_manifest(name or settings.BUNDLE))


def warm_up() -> str:
    """Load the installed bundle into this process and return the device it runs on, in words."""
    card = bundle_card()
    _cascade(settings.BUNDLE, card.digest)
    return device_name()


def device_name() -> str:
    """Return the device that this process draws on, in words. Imports torch: only for workers' children."""
    import torch

    if torch.cuda.is_available():
        return torch.cuda.get_device_name(0)
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread{'s' if threads != 1 else ''}"


def draw(parameters: Parameters, observer: Observer) -> Picture:
    """Draw one picture with all three stages.

    Args:
        parameters: valid for the bundle whose digest they hold.
        observer: told of progress and asked whether to go on.

    Raises:
        StoppedError: when the observer asked to stop.
        BundleUnavailableError: when the installed bundle is not the one the parameters were made for.
    """
    from mambo_engine.errors import Cancelled

    manifest = _manifest(settings.BUNDLE)
    if manifest.digest != parameters.bundle_digest:
        raise BundleUnavailableError("The model was replaced after this picture was asked for. Ask for it again.")
    cascade = _cascade(settings.BUNDLE, manifest.digest)
    stages = _Stages(manifest, observer)
    try:
        result = cascade.sample(
            labels=dict(parameters.labels),
            seed=parameters.seed,
            steps=parameters.steps,
            guidance=parameters.guidance,
            sampler=parameters.sampler,
            on_patch=stages.on_patch,
            should_stop=observer.should_stop,
        )
    except Cancelled as error:
        raise StoppedError from error
    return Picture(result.stored_pixels(), manifest.intensity.bits, result.pixel_spacing_mm)


class _Stages:
    """Puts the patches of the two coarser stages together and hands each picture on when it is whole."""

    def __init__(self, manifest: Any, observer: Observer) -> None:
        self._manifest, self._observer = manifest, observer
        self._canvases = {
            stage: np.zeros((manifest.geometry.canvas_size(stage),) * 2, np.float32) for stage in STAGES[:-1]
        }

    def on_patch(self, event: Any) -> None:
        """Take one finished patch: a step of the progress and, before the last stage, a part of a picture."""
        self._observer.progress(event.stage, event.done, event.total)
        canvas = self._canvases.get(event.stage)
        if canvas is None:
            return
        rows, columns = event.pixels.shape
        top, left = int(event.box.top), int(event.box.left)
        # Neighbors are bit-equal where they overlap, so the order of painting doesn't matter.
        canvas[top : top + rows, left : left + columns] = event.pixels
        if event.done == event.total:
            self._observer.preview(event.stage, self._picture(canvas))

    def _picture(self, canvas: NDArray[np.float32]) -> Picture:
        bits, spacing = self._manifest.intensity.bits, self._manifest.pixel_spacing_mm
        stored = np.rint(np.clip(canvas, 0.0, 1.0) * ((1 << bits) - 1)).astype(np.uint16)
        return Picture(stored, bits, spacing * self._manifest.size / canvas.shape[0] if spacing else None)


def _manifest(name: str) -> Any:
    from mambo_engine.checkpoint import read_manifest
    from mambo_engine.errors import EngineError

    try:
        return read_manifest(name)
    except (EngineError, OSError) as error:
        logger.warning("bundle %s: %s", name, error)
        raise BundleUnavailableError(f"The model {name!r} can't be used.", reason=str(error)) from error


def _card(manifest: Any) -> BundleCard:
    from mambo_engine import __version__

    return BundleCard(
        name=manifest.name,
        digest=manifest.digest,
        size=manifest.size,
        patch_size=manifest.patch_size,
        vocabulary={name: tuple(values) for name, values in manifest.vocabulary.items()},
        sampler=manifest.defaults.sampler,
        steps=manifest.defaults.steps,
        guidance=manifest.defaults.guidance,
        pixel_spacing_mm=manifest.pixel_spacing_mm,
        license=manifest.license,
        data=manifest.data,
        code_version=__version__,
    )


_loading = threading.Lock()


def _cascade(name: str, digest: str) -> Any:
    """Load a bundle once per process, also when a task begins while it is loaded ahead."""
    with _loading:
        return _loaded(name, digest)


@lru_cache(maxsize=1)
def _loaded(name: str, digest: str) -> Any:
    from mambo_engine.errors import EngineError
    from mambo_engine.loading import load_bundle

    logger.info("loading bundle %s (%s)", name, digest[:12])
    try:
        return load_bundle(name)
    except EngineError as error:
        logger.warning("bundle %s: %s", name, error)
        raise BundleUnavailableError(f"The model {name!r} can't be loaded.", reason=str(error)) from error
