"""One converted stage on disk: `stage.json` and `weights.safetensors`. Three of them make a bundle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from mambo_engine import __version__
from mambo_engine.checkpoint.tensors import Weights, read_tensors, write_tensors, write_whole
from mambo_engine.config import IntensityConfig, StageConfig, from_mapping, to_mapping
from mambo_engine.errors import BundleError, ConfigError

STAGE_FORMAT = "mambo-stage/1"
SETTINGS, WEIGHTS = "stage.json", "weights.safetensors"


@dataclass(frozen=True)
class ConvertedStage:
    """What a converted stage declares.

    Attributes:
        config: network, schedule and prediction.
        intensity: mapping between stored and network values that it was trained with.
        source: what it was converted from: file, SHA-256, and how it was read.
        parameters: number of weights.
        sha256: of the file of weights.
        code_version: of the engine that wrote it.
        folder: where it lies.
    """

    config: StageConfig
    intensity: IntensityConfig
    source: Mapping[str, Any] = field(default_factory=dict)
    parameters: int = 0
    sha256: str = ""
    code_version: str = __version__
    folder: Path = Path()


def is_stage_folder(path: Path) -> bool:
    """Whether `path` is the folder of a converted stage, or its file of weights."""
    return (_folder(path) / SETTINGS).is_file()


def _folder(path: Path) -> Path:
    return path.parent if path.name == WEIGHTS else path


def read_stage(path: Path) -> ConvertedStage:
    """Read what a converted stage declares; the weights are not opened.

    Args:
        path: its folder or its file of weights.

    Raises:
        BundleError: it is missing, of another format, or its settings are not allowed.
    """
    folder = _folder(path)
    try:
        content = json.loads((folder / SETTINGS).read_bytes())
    except OSError as error:
        raise BundleError(f"{folder / SETTINGS}: {error.strerror}") from error
    except ValueError as error:
        raise BundleError(f"{folder / SETTINGS}: no JSON ({error})") from error
    found = content.pop("format", None) if isinstance(content, dict) else type(content).__name__
    if found != STAGE_FORMAT:
        raise BundleError(f"{folder / SETTINGS}: got format {found!r}, expected {STAGE_FORMAT!r}")
    try:
        config = from_mapping(StageConfig, content.pop("config"))
        intensity = from_mapping(IntensityConfig, content.pop("intensity"))
        return ConvertedStage(config, intensity, folder=folder, **content)
    except (ConfigError, TypeError, KeyError) as error:
        raise BundleError(f"{folder / SETTINGS}: {error}") from error


def read_stage_weights(stage: ConvertedStage) -> dict[str, NDArray[Any]]:
    """Read the weights after checking their hash.

    Raises:
        BundleError: the file is missing, was changed, or is no safetensors file.
    """
    declared = {"config": to_mapping(stage.config), "intensity": to_mapping(stage.intensity)}
    return read_tensors(stage.folder / WEIGHTS, stage.sha256, declared=declared)


def write_stage(stage: ConvertedStage, weights: Weights, folder: Path, *, half: bool = False) -> ConvertedStage:
    """Write a converted stage, and return it as read back.

    Args:
        stage: what to declare; `parameters`, `sha256` and `folder` are filled in here.
        weights: tensors of the network.
        folder: made when it is not there.
        half: floating-point weights as float16.
    """
    folder.mkdir(parents=True, exist_ok=True)
    declared = {"config": to_mapping(stage.config), "intensity": to_mapping(stage.intensity)}
    sha256 = write_tensors(folder / WEIGHTS, weights, declared=declared, half=half)
    content = {"format": STAGE_FORMAT, **to_mapping(stage), "sha256": sha256}
    content["parameters"] = sum(int(value.size) for value in weights.values())
    del content["folder"]
    write_whole(folder / SETTINGS, (json.dumps(content, indent=2) + "\n").encode())
    return read_stage(folder)
