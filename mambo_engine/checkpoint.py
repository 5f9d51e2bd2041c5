"""A model bundle on disk: `bundle.json` and one safetensors file a stage, each with its SHA-256.

No pickle: opening a bundle runs no code. Reading the manifest loads neither torch nor weights.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from mambo_engine import __version__
from mambo_engine.config import (
    STAGES,
    Defaults,
    GeometryConfig,
    IntensityConfig,
    StageConfig,
    from_mapping,
    to_mapping,
)
from mambo_engine.errors import BundleError, ConfigError

FORMAT = "mambo-bundle/1"
BUNDLES = Path(__file__).parent / "bundles"
Weights = Mapping[str, NDArray[Any]]


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
        BundleError: it is missing, of another format, or its parts do not fit together.
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
    _check_parts(manifest)
    return manifest


def _manifest(content: dict[str, Any], folder: Path, digest: str) -> BundleManifest:
    kinds = {"geometry": GeometryConfig, "intensity": IntensityConfig, "defaults": Defaults}
    parts: dict[str, Any] = {key: from_mapping(kind, content.pop(key)) for key, kind in kinds.items()}
    stages = {name: from_mapping(StageConfig, value) for name, value in content.pop("stages").items()}
    words = content.pop("vocabulary").items()
    vocabulary = {str(name): tuple(str(value) for value in values) for name, values in words}
    return BundleManifest(**parts, stages=stages, vocabulary=vocabulary, folder=folder, digest=digest, **content)


def _check_parts(manifest: BundleManifest) -> None:
    where = f"bundle {manifest.folder}"
    if set(manifest.stages) != set(STAGES) or set(manifest.files) != set(STAGES):
        raise BundleError(f"{where}: got stages {sorted(manifest.stages)}, expected {sorted(STAGES)} with files")
    sizes = tuple(len(values) for values in manifest.vocabulary.values())
    for name, stage in manifest.stages.items():
        channels, labels = stage.network.in_channels, stage.network.label_sizes
        if channels != stage.channels(name):
            raise BundleError(
                f"{where}: stage {name} got {channels} input channels, expected {stage.channels(name)}"
            )
        if labels and labels != sizes:
            raise BundleError(
                f"{where}: stage {name} got label sizes {labels}, expected {sizes} by the vocabulary"
            )
        if manifest.patch_size % stage.network.side_divisor:
            divisor = stage.network.side_divisor
            raise BundleError(f"{where}: patch_size got {manifest.patch_size}, expected a multiple of {divisor}")


def read_weights(manifest: BundleManifest, stage: str) -> dict[str, NDArray[Any]]:
    """Read one stage's weights after checking their hash.

    Raises:
        BundleError: the file is missing, was changed, or is no safetensors file.
    """
    path = manifest.path(stage)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path}: {error.strerror}") from error
    found, expected = hashlib.sha256(data).hexdigest(), manifest.files[stage]
    if found != expected:
        raise BundleError(
            f"{path}: got SHA-256 {found[:12]}…, expected {expected[:12]}…; it was changed or is foreign"
        )
    try:
        return dict(load(data))
    except SafetensorError as error:
        raise BundleError(f"{path}: {error}") from error


def write_bundle(manifest: BundleManifest, weights: Mapping[str, Weights], folder: Path) -> BundleManifest:
    """Write a bundle, floating-point weights as float16, and return its manifest as read back.

    Args:
        manifest: what to declare; `files`, `digest` and `folder` are filled in here.
        weights: tensors of each stage.
        folder: made when it is not there; an older bundle in it is replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for stage, tensors in weights.items():
        half = {name: _half(np.ascontiguousarray(value)) for name, value in tensors.items()}
        data = save(half)
        (folder / f"{stage}.safetensors").write_bytes(data)
        files[stage] = hashlib.sha256(data).hexdigest()
    content = {"format": FORMAT, **to_mapping(manifest), "files": files}
    content = {key: value for key, value in content.items() if key not in {"digest", "folder"}}
    (folder / "bundle.json").write_text(json.dumps(content, indent=2) + "\n")
    return read_manifest(folder)


def _half(value: NDArray[Any]) -> NDArray[Any]:
    return value.astype(np.float16) if value.dtype.kind == "f" else value
