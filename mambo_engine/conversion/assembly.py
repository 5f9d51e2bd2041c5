"""Three converted stages and a geometry become a bundle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from mambo_engine.checkpoint import (
    BundleManifest,
    ConvertedStage,
    is_stage_folder,
    read_stage,
    read_stage_weights,
    write_bundle,
)
from mambo_engine.config import STAGES, Defaults, GeometryConfig, IntensityConfig
from mambo_engine.conversion.published import Reading, convert_file
from mambo_engine.errors import BundleError

NOT_STATED = "not stated by the source of the weights"


@dataclass(frozen=True)
class Declaration:
    """What a bundle says that no checkpoint tells; the sampler is that of the paper's ablations (sec. 4.7).

    Attributes:
        name: of the bundle.
        geometry: sides in pixels.
        defaults: sampler, steps and guidance.
        license: of the weights.
        data: what they were trained on.
        pixel_spacing_mm: of the finished image, or none.
    """

    name: str
    geometry: GeometryConfig
    defaults: Defaults = field(default_factory=lambda: Defaults("ddim", 150))
    license: str = NOT_STATED
    data: str = NOT_STATED
    pixel_spacing_mm: float | None = None


def assemble_bundle(
    files: Mapping[str, Path],
    declaration: Declaration,
    out: Path,
    *,
    readings: Mapping[str, Reading] | None = None,
    half: bool = False,
) -> BundleManifest:
    """Write a bundle of three stages.

    Args:
        files: of each stage, a checkpoint in the published layout or the folder of a converted stage.
        declaration: what the bundle says.
        out: folder of the bundle.
        readings: per stage, what its tensors cannot tell.
        half: weights as float16.

    Raises:
        BundleError: a stage is missing, has the wrong number of channels, or was trained with another intensity.
    """
    if set(files) != set(STAGES):
        raise BundleError(f"stages: got {sorted(files)}, expected {sorted(STAGES)}")
    pairs: dict[str, tuple[ConvertedStage, dict[str, NDArray[Any]]]] = {
        name: _stage(files[name], (readings or {}).get(name)) for name in STAGES
    }
    stages = {name: stage for name, (stage, _) in pairs.items()}
    manifest = BundleManifest(
        name=declaration.name,
        geometry=declaration.geometry,
        intensity=_shared_intensity(stages),
        stages={name: stage.config for name, stage in stages.items()},
        vocabulary={},
        defaults=declaration.defaults,
        license=declaration.license,
        data=declaration.data,
        pixel_spacing_mm=declaration.pixel_spacing_mm,
        training={"converted_from": {name: dict(stage.source) for name, stage in stages.items()}},
    )
    return write_bundle(manifest, {name: weights for name, (_, weights) in pairs.items()}, out, half=half)


def _stage(path: Path, reading: Reading | None) -> tuple[ConvertedStage, dict[str, NDArray[Any]]]:
    if is_stage_folder(path):
        stage = read_stage(path)
        return stage, read_stage_weights(stage)
    return convert_file(path, reading)


def _shared_intensity(stages: Mapping[str, ConvertedStage]) -> IntensityConfig:
    first = stages[STAGES[0]].intensity
    for name, stage in stages.items():
        if stage.intensity != first:
            raise BundleError(f"stage {name}: got {stage.intensity}, expected {first} as in stage {STAGES[0]}")
    return first
