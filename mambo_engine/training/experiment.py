"""One experiment: a YAML file that holds what differs from the defaults.

The defaults are the paper's training settings (sec. 8: Adam 5e-5, batch 8); every departure is named in a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from mambo_engine.config import (
    Defaults,
    GeometryConfig,
    IntensityConfig,
    StageConfig,
    from_mapping,
    require,
)
from mambo_engine.errors import ConfigError


@dataclass(frozen=True)
class DataConfig:
    """The phantoms of an experiment: how many, and from which seed on."""

    count: int = 800
    seed: int = 1000

    def __post_init__(self) -> None:
        """Check the count."""
        require(self.count >= 2, f"data count: got {self.count}, expected at least 2")


@dataclass(frozen=True)
class TrainingConfig:
    """How one stage is trained. The defaults are the paper's; `ema` 0 and `warmup` 0 mean off."""

    iterations: int = 170_000
    batch: int = 8
    learning_rate: float = 5e-5
    warmup: int = 0
    ema: float = 0.0
    label_dropout: float = 0.0
    context_noise: float = 0.0
    border_share: float = 0.0
    bf16: bool = False
    compiled: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        """Check ranges."""
        require(self.iterations >= 1, f"iterations: got {self.iterations}, expected at least 1")
        require(self.batch >= 1, f"batch: got {self.batch}, expected at least 1")
        require(self.learning_rate > 0, f"learning_rate: got {self.learning_rate}, expected above 0")
        for name in ("ema", "label_dropout", "border_share"):
            value = getattr(self, name)
            require(0.0 <= value < 1.0, f"{name}: got {value}, expected 0 <= {name} < 1")


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
        return _experiment(dict(raw), path.stem)
    except (ConfigError, TypeError) as error:
        raise ConfigError(f"experiment {path}: {error}") from error


def _experiment(raw: dict[str, Any], name: str) -> Experiment:
    common = raw.pop("training", {})
    stages, training = {}, {}
    for stage, settings in raw.pop("stages").items():
        own = dict(settings)
        training[stage] = from_mapping(TrainingConfig, {**common, **own.pop("training", {})})
        stages[stage] = from_mapping(StageConfig, own)
    kinds = {"data": DataConfig, "geometry": GeometryConfig, "intensity": IntensityConfig, "defaults": Defaults}
    parts: dict[str, Any] = {key: from_mapping(kind, raw.pop(key)) for key, kind in kinds.items() if key in raw}
    require("geometry" in parts, "expected 'geometry'")
    return Experiment(name=str(raw.pop("name", name)), stages=stages, training=training, **parts, **raw)
