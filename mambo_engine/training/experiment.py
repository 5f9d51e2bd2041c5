"""One experiment: a YAML file that holds what differs from the defaults.

The defaults are the paper's training settings (sec. 8: Adam 5e-5, batch 8); every departure is named in a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from mambo_engine.config import (
    STAGES,
    Defaults,
    GeometryConfig,
    IntensityConfig,
    StageConfig,
    from_mapping,
    require,
)
from mambo_engine.errors import ConfigError
from mambo_engine.training.settings import DataConfig, TrainingConfig

__all__ = ["DataConfig", "Experiment", "TrainingConfig", "read_experiment", "training_order"]


@dataclass(frozen=True)
class Experiment:
    """Everything that makes a bundle: data, geometry, intensity mapping, and the three stages."""

    name: str
    geometry: GeometryConfig
    stages: dict[str, StageConfig]
    training: dict[str, TrainingConfig]
    data: DataConfig = field(default_factory=DataConfig)
    intensity: IntensityConfig = field(default_factory=IntensityConfig)
    defaults: Defaults = field(default_factory=Defaults)
    license: str = "Apache-2.0"
    card: dict[str, str] = field(default_factory=dict)
    folder: Path = Path()

    def __post_init__(self) -> None:
        """Check that every stage is there and that the labels of the networks are those of the data."""
        require(set(self.stages) == set(STAGES), f"stages: got {sorted(self.stages)}, expected {sorted(STAGES)}")
        sizes = tuple(len(values) for values in self.data.vocabulary.values())
        for name, stage in self.stages.items():
            found = stage.network.label_sizes
            require(found in ((), sizes), f"stage {name}: got label_sizes {found}, expected {sizes} by the labels")
        training_order(self.training)

    def manifest_path(self) -> Path:
        """Where the manifest lies.

        Raises:
            ConfigError: it is in neither place.
        """
        given = Path(self.data.manifest)
        for path in (given, self.folder / given):
            if path.is_file():
                return path
        raise ConfigError(f"data manifest: got {given}, expected a file there or in {self.folder or '.'}")


def training_order(training: Mapping[str, TrainingConfig]) -> list[str]:
    """The stages in an order in which each finds the stage that it starts from already trained.

    Raises:
        ConfigError: stages start from each other in a circle.
    """
    order: list[str] = []
    left = [stage for stage in STAGES if stage in training]
    while left:
        free = [stage for stage in left if training[stage].init_from not in left]
        require(bool(free), f"init_from: got a circle of {', '.join(left)}, expected one stage that starts fresh")
        order.append(free[0])
        left.remove(free[0])
    return order


def read_experiment(path: Path) -> Experiment:
    """Read an experiment file.

    Raises:
        ConfigError: the file is missing or no YAML mapping, or a key or value is not allowed.
    """
    try:
        raw = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise ConfigError(f"experiment {path}: {error}") from error
    require(isinstance(raw, dict), f"experiment {path}: got {type(raw).__name__}, expected a mapping")
    require(isinstance(raw.get("stages"), dict), f"experiment {path}: expected a mapping 'stages'")
    try:
        return _experiment(dict(raw), path)
    except (ConfigError, TypeError) as error:
        raise ConfigError(f"experiment {path}: {error}") from error


def _experiment(raw: dict[str, Any], path: Path) -> Experiment:
    common = raw.pop("training", {})
    stages, training = {}, {}
    for stage, settings in raw.pop("stages").items():
        own = dict(settings)
        training[stage] = from_mapping(TrainingConfig, {**common, **own.pop("training", {})})
        stages[stage] = from_mapping(StageConfig, own)
    kinds = {"data": DataConfig, "geometry": GeometryConfig, "intensity": IntensityConfig, "defaults": Defaults}
    parts: dict[str, Any] = {key: from_mapping(kind, raw.pop(key)) for key, kind in kinds.items() if key in raw}
    require("geometry" in parts, "expected 'geometry'")
    name = str(raw.pop("name", path.stem))
    return Experiment(name=name, stages=stages, training=training, folder=path.parent, **parts, **raw)
