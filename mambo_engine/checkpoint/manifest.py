"""What a model bundle declares in `bundle.json`, read and checked without opening the weights."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mambo_engine import __version__
from mambo_engine.config import (
    STAGES,
    Defaults,
    GeometryConfig,
    IntensityConfig,
    StageConfig,
    from_mapping,
)
from mambo_engine.errors import BundleError, ConfigError

FORMAT = "mambo-bundle/1"
BUNDLES = Path(__file__).parents[1] / "bundles"
CARD = "README.md"


@dataclass(frozen=True)
class BundleManifest:
    """What a bundle declares.

    Attributes:
        name: of the bundle.
        geometry: sides in pixels.
        intensity: mapping between stored and network values.
        stages: settings of the three stages.
        vocabulary: allowed values of each label field, in order.
        defaults: sampler, steps and guidance when the caller says nothing.
        pixel_spacing_mm: side of a pixel of the finished image, or none.
        license: of the weights.
        data: what the weights were trained on.
        training: what the training was: iterations and seconds a stage, hardware.
        code_version: of the engine that wrote it.
        files: SHA-256 of each stage's file.
        model_card: SHA-256 of README.md; empty in bundles made before it was kept.
        digest: SHA-256 of `bundle.json` as it lies on disk; names this exact model.
        folder: where it lies.
    """

    name: str
    geometry: GeometryConfig
    intensity: IntensityConfig
    stages: dict[str, StageConfig]
    vocabulary: dict[str, tuple[str, ...]]
    defaults: Defaults
    license: str
    data: str
    pixel_spacing_mm: float | None = None
    training: dict[str, Any] = field(default_factory=dict)
    code_version: str = __version__
    files: dict[str, str] = field(default_factory=dict)
    model_card: str = ""
    digest: str = ""
    folder: Path = Path()

    @property
    def size(self) -> int:
        """Side of the finished image, px."""
        return self.geometry.size

    @property
    def patch_size(self) -> int:
        """Side of every network's input and output, px."""
        return self.geometry.patch_size

    @property
    def context_factor(self) -> int:
        """How many times the finished image is larger than the mid image."""
        return self.geometry.context_factor

    @property
    def overlap(self) -> int:
        """Overlap of neighboring patches, px."""
        return self.geometry.overlap

    def path(self, stage: str) -> Path:
        """The weights of a stage."""
        return self.folder / f"{stage}.safetensors"


def bundle_folder(name: str | Path) -> Path:
    """Return the folder of a bundle given by name or path.

    Raises:
        BundleError: there is none; names those that are installed.
    """
    for folder in (BUNDLES / str(name), Path(name)):
        if (folder / "bundle.json").is_file():
            return folder
    known = ", ".join(sorted(path.parent.name for path in BUNDLES.glob("*/bundle.json"))) or "none"
    raise BundleError(f"bundle {str(name)!r}: got no such name or folder, expected one of: {known}")


def read_manifest(name: str | Path) -> BundleManifest:
    """Read what a bundle declares; the weights are not opened.

    Raises:
        BundleError: it is missing, of another format, without its model card, or its parts do not fit together.
    """
    folder = bundle_folder(name)
    raw = (folder / "bundle.json").read_bytes()
    try:
        content = json.loads(raw)
    except ValueError as error:
        raise BundleError(f"bundle {folder}: bundle.json is no JSON ({error})") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        got = content.get("format") if isinstance(content, dict) else type(content).__name__
        raise BundleError(f"bundle {folder}: got format {got!r}, expected {FORMAT!r}")
    content.pop("format")
    try:
        manifest = _manifest(content, folder, hashlib.sha256(raw).hexdigest())
    except (ConfigError, TypeError, KeyError, AttributeError) as error:
        raise BundleError(f"bundle {folder}: {error}") from error
    check_parts(manifest)
    _check_card(manifest)
    return manifest


def _manifest(content: dict[str, Any], folder: Path, digest: str) -> BundleManifest:
    kinds = {"geometry": GeometryConfig, "intensity": IntensityConfig, "defaults": Defaults}
    parts: dict[str, Any] = {key: from_mapping(kind, content.pop(key)) for key, kind in kinds.items()}
    stages = {name: from_mapping(StageConfig, value) for name, value in content.pop("stages").items()}
    content["files"] = {str(name): str(value) for name, value in content["files"].items()}
    words = content.pop("vocabulary").items()
    vocabulary = {str(name): tuple(str(value) for value in values) for name, values in words}
    return BundleManifest(**parts, stages=stages, vocabulary=vocabulary, folder=folder, digest=digest, **content)


def check_parts(manifest: BundleManifest) -> None:
    """Check that stages, channels, labels and sides fit together.

    Raises:
        BundleError: they do not.
    """
    where, spacing = f"bundle {manifest.folder}", manifest.pixel_spacing_mm
    if spacing is not None and not (isinstance(spacing, int | float) and spacing > 0):
        raise BundleError(f"{where}: pixel_spacing_mm got {spacing!r}, expected more than 0, or null")
    if set(manifest.stages) != set(STAGES) or set(manifest.files) != set(STAGES):
        got = sorted({*manifest.stages, *manifest.files})
        raise BundleError(f"{where}: got stages {got}, expected {sorted(STAGES)}, each with a file")
    sizes = tuple(len(values) for values in manifest.vocabulary.values())
    for name, stage in manifest.stages.items():
        channels, labels = stage.network.in_channels, stage.network.label_sizes
        if channels != stage.channels(name):
            expected = stage.channels(name)
            raise BundleError(f"{where}: stage {name} got {channels} input channels, expected {expected}")
        if labels and labels != sizes:
            raise BundleError(
                f"{where}: stage {name} got label sizes {labels}, expected {sizes} by the vocabulary"
            )
        if manifest.patch_size % stage.network.side_divisor:
            divisor = stage.network.side_divisor
            raise BundleError(f"{where}: patch_size got {manifest.patch_size}, expected a multiple of {divisor}")


def _check_card(manifest: BundleManifest) -> None:
    path = manifest.folder / CARD
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BundleError(f"{path}: {error.strerror}; expected the model card there") from error
    if manifest.model_card and found != manifest.model_card:
        got, expected = found[:12], manifest.model_card[:12]
        raise BundleError(f"{path}: got SHA-256 {got}…, expected {expected}…; the model card was changed")
