"""Which bundle the site draws with: its card, and its networks, loaded once a process."""

from __future__ import annotations

import logging
import sys
import threading
from functools import lru_cache
from math import ceil
from typing import Any

from django.conf import settings

from webapp.core.errors import DomainError, StorageError
from webapp.generation.engine.bundle_store import bundle_place
from webapp.generation.parameters import BundleCard

logger = logging.getLogger(__name__)


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


def bundle_card(name: str | None = None) -> BundleCard:
    """Return what the installed bundle declares, without loading torch or weights.

    Args:
        name: a bundle's name or folder; by default the one in `settings.BUNDLE`.

    Raises:
        BundleUnavailableError: when it is missing, tampered with, or of another format.
    """
    return _card(bundle_manifest(name or settings.BUNDLE))


def warm_up() -> str:
    """Load the installed bundle into this process and return the device it runs on, in words."""
    card = bundle_card()
    drawing_plan(settings.BUNDLE, card.digest)
    return device_name()


def device_name() -> str:
    """Return the device that this process draws on, in words. Imports torch: only for workers' children."""
    import torch

    if torch.cuda.is_available():
        return torch.cuda.get_device_name(0)
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread{'s' if threads != 1 else ''}"


def on_card() -> bool:
    """Tell whether this process, which has loaded a model, draws on a card."""
    torch = sys.modules.get("torch")
    return torch is not None and bool(torch.cuda.is_available())


def bundle_manifest(name: str) -> Any:
    """Return the engine's manifest of a bundle.

    Raises:
        BundleUnavailableError: when it is missing, tampered with, or of another format.
    """
    from mambo_engine.checkpoint import read_manifest
    from mambo_engine.errors import EngineError

    try:
        return read_manifest(bundle_place(name))
    except (EngineError, OSError, StorageError) as error:
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
        patches=sum(_patches(manifest.geometry, stage) for stage in manifest.stages),
    )


def _patches(geometry: Any, stage: str) -> int:
    """Return how many patches a stage has at most, as `mambo_engine.cascade.grid` lays them: no torch here."""
    stride = geometry.patch_size - geometry.overlap
    side = 1 if stage == "global" else 1 + ceil((geometry.canvas_size(stage) - geometry.patch_size) / stride)
    return side * side


_loading = threading.Lock()


def bundle_cascade(name: str, digest: str) -> Any:
    """Load a bundle once per process, also when a task begins while it is loaded ahead."""
    with _loading:
        return _loaded(name, digest)


@lru_cache(maxsize=1)
def drawing_plan(name: str, digest: str) -> Any:
    """Return the engine's plan by which a picture is bit-equal alone, in company, and after a kill."""
    from mambo_engine.cascade.company import plan_for_company

    return plan_for_company(bundle_cascade(name, digest))


@lru_cache(maxsize=2)  # one draws, one maps anomalies
def _loaded(name: str, digest: str) -> Any:
    from mambo_engine.errors import EngineError
    from mambo_engine.loading import load_bundle

    logger.info("loading bundle %s (%s)", name, digest[:12])
    try:
        return load_bundle(bundle_place(name))
    except EngineError as error:
        logger.warning("bundle %s: %s", name, error)
        raise BundleUnavailableError(f"The model {name!r} can't be loaded.", reason=str(error)) from error
