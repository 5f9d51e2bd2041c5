"""Looks a drawn picture over: for artifacts, and for a near copy of a picture that the model was trained on.

The second needs the file that `mambo references` makes where the training images are.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings

from webapp.core.errors import DomainError
from webapp.core.kept import kept_bring
from webapp.generation.engine.bundles import bundle_manifest

if TYPE_CHECKING:
    from numpy.typing import NDArray

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class CopyScore:
    """How near a picture lies to the nearest training picture.

    Attributes:
        correlation: of the two as evened thumbnails, -1..1.
        threshold: correlation above which a picture is flagged; held-out pictures of other patients set it.
        expected: share of pictures that is flagged where nothing was copied.
    """

    correlation: float
    threshold: float
    expected: float


@dataclass(frozen=True)
class ArtifactScore:
    """See `mambo_engine.evaluation.artifacts`."""

    seam_ratio: float
    saturated: float
    breast: float


@dataclass(frozen=True)
class References:
    """What the site knows of the pictures that the installed model was trained on.

    Attributes:
        path: where the file lies or would have to lie.
        about: where it came from; blank where there is none for this model.
        trouble: why it can't be used; blank where it can, or there is none.
    """

    path: Path
    about: str
    trouble: str


def artifact_score(pixels: NDArray[np.uint16], bits: int) -> ArtifactScore:
    """Measure a picture of the installed bundle.

    Raises:
        DomainError: it has another size or no breast.
    """
    from mambo_engine.cascade.grid import Grid
    from mambo_engine.errors import DataError
    from mambo_engine.evaluation.artifacts import artifacts

    geometry = bundle_manifest(settings.BUNDLE).geometry
    try:
        found = artifacts(_linear(pixels, bits), Grid(geometry.size, geometry.patch_size, geometry.overlap))
    except DataError as error:
        raise DomainError(f"The picture can't be looked over: {error}.") from error
    return ArtifactScore(found.seam_ratio, found.saturated, found.breast)


def copy_score(pixels: NDArray[np.uint16], bits: int, digest: str) -> CopyScore | None:
    """Compare a picture with the training pictures of the bundle with this digest; None without references."""
    references = _load(references_path())
    if references is None or references.digest != digest:
        return None
    found = references.screen(_linear(pixels, bits)[None])
    return CopyScore(
        correlation=1.0 - float(found.neighbors.nearest[0]),
        threshold=1.0 - found.threshold,
        expected=found.expected,
    )


def references_path() -> Path:
    """Return where the references of the installed bundle lie."""
    return kept_bring(f"references/{Path(settings.BUNDLE).name}.npz")


def references_found(digest: str) -> References:
    """Tell whether there are references for the bundle with this digest. Reads a few bytes; loads no torch."""
    path = references_path()
    if not path.is_file():
        return References(path, "", "")
    found = _load(path)
    if found is None:
        return References(path, "", f"{path.name} can't be read")
    if found.digest != digest:
        return References(path, "", f"{path.name} is of another version of the model")
    return References(path, str(found.about), "")


def _linear(pixels: NDArray[np.uint16], bits: int) -> NDArray[np.float32]:
    return (pixels / np.float32((1 << bits) - 1)).astype(np.float32)


_kept: dict[tuple[str, float], Any] = {}


def _load(path: Path) -> Any:
    from mambo_engine.errors import DataError
    from mambo_engine.evaluation.references import CopyReferences

    if not path.is_file():
        return None
    key = (str(path), path.stat().st_mtime)
    if key not in _kept:
        _kept.clear()
        try:
            _kept[key] = CopyReferences.load(path)
        except DataError as error:
            logger.warning("%s", error)
            _kept[key] = None
    return _kept[key]
