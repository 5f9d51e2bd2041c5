"""Searches a mammogram for what a model of healthy breasts would have drawn otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings
from PIL import Image as Raster

from webapp.core.errors import DomainError
from webapp.generation.engine.bundles import BundleUnavailableError, bundle_card, bundle_cascade, bundle_manifest
from webapp.generation.engine.drawing import Given, StoppedError
from webapp.generation.engine.watching import STAGES, Observer, Picture
from webapp.generation.parameters import BundleCard, Parameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

DRAWS = 4
"""Noise draws whose healthy counterparts are averaged; 1 in the paper."""

LONGEST_PX = 1024
"""Longest side of a map: the model sees far less of the picture."""

HEALTHY = {"birads": "1"}
"""Labels that ask for a healthy breast, where the model knows them."""


@dataclass(frozen=True)
class Finding:
    """What a search leaves.

    Attributes:
        map: 16 bits, in the frame of the picture; 65535 is a difference of the whole range.
        healthy: what the model drew instead, in the square that it sees.
    """

    map: Picture
    healthy: Picture


def anomaly_card() -> BundleCard:
    """Return the card of the bundle that maps are made with.

    Raises:
        BundleUnavailableError: when it is missing, tampered with, or of another format.
    """
    return bundle_card(settings.ANOMALY_BUNDLE)


def search(parameters: Parameters, observer: Observer, given: Given) -> Finding:
    """Compare a mammogram with its healthy counterpart.

    Args:
        parameters: valid for the bundle whose digest they hold; `noise_level` above 0.
        observer: told of progress and asked whether to go on.
        given: the mammogram.

    Raises:
        DomainError: no breast is found in it, or it is too small.
        StoppedError: when the observer asked to stop.
        BundleUnavailableError: when the installed bundle is not the one the parameters were made for.
    """
    from mambo_engine.data.preprocessing import preprocess
    from mambo_engine.errors import Cancelled, ConfigError, DataError

    manifest = bundle_manifest(settings.ANOMALY_BUNDLE)
    if manifest.digest != parameters.bundle_digest:
        raise BundleUnavailableError("The model was replaced after this map was asked for. Ask for it again.")
    try:
        prepared = preprocess(given.pixels, patch_size=1, bits=given.bits, trim=True)
        result = _segmented(manifest, prepared, parameters, observer)
    except Cancelled as error:
        raise StoppedError from error
    except (ConfigError, DataError) as error:
        raise DomainError(f"The picture can't be searched: {error}.", field="source") from error
    white = (1 << manifest.intensity.bits) - 1
    healthy = np.rint(np.clip(result.healthy, 0, 1) * white).astype(np.uint16)
    return Finding(
        Picture(_framed(result.map, prepared), 16, None), Picture(healthy, manifest.intensity.bits, None)
    )


def _segmented(manifest: Any, prepared: Any, parameters: Parameters, observer: Observer) -> Any:
    from mambo_engine.anomaly import AnomalySettings, segment
    from mambo_engine.errors import DataError
    from mambo_engine.superresolution import shrunk

    side = manifest.patch_size
    if len(prepared.image) < side:
        raise DataError(f"got {len(prepared.image)} px, expected at least {side}")
    how = AnomalySettings(
        noise_level=parameters.noise_level,
        draws=DRAWS,
        sampler=parameters.sampler,
        steps=parameters.steps,
        guidance=parameters.guidance,
    )
    breast = np.asarray(shrunk(prepared.mask.astype(np.float32), side) >= 0.5)
    chosen = {name: value for name, value in parameters.labels.items() if value}
    asked = _Asked(observer, most=parameters.steps + 1)
    cascade = bundle_cascade(settings.ANOMALY_BUNDLE, manifest.digest)
    image = shrunk(prepared.image, side)
    return segment(cascade, image, breast, how, parameters.seed, labels=chosen, should_stop=asked)


class _Asked:
    """Counts the solver's steps for the observer's progress whenever it is asked whether to go on."""

    def __init__(self, observer: Observer, *, most: int) -> None:
        self._observer, self._most, self._done = observer, most, 0

    def __call__(self) -> bool:
        self._done = min(self._done + 1, self._most)
        self._observer.progress(STAGES[0], self._done, self._most)
        return self._observer.should_stop()


def _framed(square: NDArray[np.float32], prepared: Any) -> NDArray[np.uint16]:
    """Return the map in the frame of the picture, at most `LONGEST_PX` long."""
    side = len(prepared.image)
    whole = Raster.fromarray(square).resize((side, side), Raster.Resampling.BILINEAR)
    back = replace(prepared.transform, white=1.0, negated=False)
    framed = Raster.fromarray(back.invert(np.asarray(whole, dtype=np.float32)))
    scale = min(1.0, LONGEST_PX / max(framed.size))
    small = framed.resize([max(1, round(px * scale)) for px in framed.size], Raster.Resampling.BOX)
    return np.rint(np.clip(np.asarray(small), 0, 1) * 65535).astype(np.uint16)
