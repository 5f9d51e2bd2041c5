"""Frozen, validated settings of the engine and their JSON form. Imports no torch.

Symbols of the paper: s = patch_size, k = context_factor, T = num_timesteps.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from mambo_engine.errors import ConfigError

StageName = Literal["global", "local", "patch"]
STAGES: tuple[StageName, ...] = ("global", "local", "patch")
PREDICTIONS = ("eps", "x_0", "v")
SAMPLERS = ("ddpm", "ddim", "dpmpp_2m", "dpmpp_2m_sde")

T = TypeVar("T")


def require(condition: bool, message: str) -> None:
    """Raise ConfigError with ``message`` unless ``condition`` holds."""
    if not condition:
        raise ConfigError(message)


@dataclass(frozen=True)
class NetworkConfig:
    """Shape of one U-Net. The defaults are the paper's (sec. 8, Tab. 8)."""

    in_channels: int = 1
    out_channels: int = 1
    base_channels: int = 128
    multipliers: tuple[int, ...] = (1, 2, 2, 4, 4)
    blocks_per_level: int = 2
    norm_groups: int = 8
    attention_heads: int = 4
    head_channels: int = 32
    memory_tokens: int = 4
    linear_attention: bool = True
    stem_patch: int = 1
    refine_channels: int = 0
    label_sizes: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Check the widths against the normalization groups and the stem against the head."""
        for name in ("in_channels", "out_channels", "blocks_per_level", "stem_patch", "norm_groups"):
            value = getattr(self, name)
            require(value >= 1, f"network {name}: got {value}, expected at least 1")
        require(bool(self.multipliers), "network multipliers: got none, expected at least one level")
        bad = self.base_channels % self.norm_groups
        require(not bad, f"network base_channels: got {self.base_channels}, expected a multiple of norm_groups")

    @property
    def embedding_channels(self) -> int:
        """Width of the time and label embedding."""
        return self.base_channels * 4

    @property
    def side_divisor(self) -> int:
        """Image sides must be multiples of this."""
        return int(self.stem_patch * 2 ** (len(self.multipliers) - 1))


@dataclass(frozen=True)
class ScheduleConfig:
    """Noise schedule; linear 1e-4..0.02 over 1000 steps is the paper's, cosine suits small models."""

    kind: Literal["linear", "cosine"] = "linear"
    num_timesteps: int = 1000
    beta_start: float = 1e-4
    beta_end: float = 0.02

    def __post_init__(self) -> None:
        """Check kind, number of steps and range of beta."""
        require(self.kind in ("linear", "cosine"), f"schedule kind: got {self.kind!r}, expected linear or cosine")
        require(self.num_timesteps >= 2, f"num_timesteps: got {self.num_timesteps}, expected at least 2")
        ordered = 0.0 < self.beta_start < self.beta_end < 1.0
        require(ordered, f"beta range: got {self.beta_start}..{self.beta_end}, expected 0 < start < end < 1")


@dataclass(frozen=True)
class GeometryConfig:
    """Sides in pixels: ``size`` of the image, ``patch_size`` s, factor k between image and mid canvas."""

    size: int = 3840
    patch_size: int = 256
    context_factor: int = 3
    overlap: int = 32

    def __post_init__(self) -> None:
        """Check that the canvases are whole and at least one patch wide."""
        require(self.patch_size >= 8, f"patch_size: got {self.patch_size}, expected at least 8")
        require(self.context_factor >= 1, f"context_factor: got {self.context_factor}, expected at least 1")
        whole = self.size % self.context_factor == 0
        require(whole, f"size: got {self.size}, expected a multiple of context_factor {self.context_factor}")
        wide = self.mid_size >= self.patch_size
        require(
            wide, f"size / context_factor: got {self.mid_size}, expected at least patch_size {self.patch_size}"
        )
        fits = 0 <= self.overlap < self.patch_size
        require(fits, f"overlap: got {self.overlap}, expected 0..{self.patch_size - 1}")

    @property
    def mid_size(self) -> int:
        """Side of the stage 2 canvas."""
        return self.size // self.context_factor

    def canvas_size(self, stage: str) -> int:
        """Side of the canvas that ``stage`` fills."""
        sizes = {"global": self.patch_size, "local": self.mid_size, "patch": self.size}
        require(stage in sizes, f"stage: got {stage!r}, expected one of {', '.join(STAGES)}")
        return sizes[stage]


@dataclass(frozen=True)
class IntensityConfig:
    """Mapping between stored values 0..2^bits - 1 and network values.

    ``gamma``: 2 (stored / max)^gamma - 1, from -1 to 1.
    ``affine``: (stored / divisor - mean) / std; the published code's is mean 0.007, std 0.01, divisor 65536.
    """

    bits: int = 12
    gamma: float = 1.0
    kind: Literal["gamma", "affine"] = "gamma"
    mean: float = 0.0
    std: float = 1.0
    divisor: float = 65536.0

    def __post_init__(self) -> None:
        """Check kind and range of each value, and that none is given that the kind does not use."""
        require(self.kind in ("gamma", "affine"), f"intensity kind: got {self.kind!r}, expected gamma or affine")
        require(1 <= self.bits <= 16, f"intensity bits: got {self.bits}, expected 1..16")
        require(0.1 <= self.gamma <= 10.0, f"intensity gamma: got {self.gamma}, expected 0.1..10")
        require(0.0 < self.std < math.inf, f"intensity std: got {self.std}, expected more than 0")
        require(0.0 < self.divisor < math.inf, f"intensity divisor: got {self.divisor}, expected more than 0")
        require(math.isfinite(self.mean), f"intensity mean: got {self.mean}, expected a finite number")
        if self.kind == "affine":
            require(self.gamma == 1.0, f"intensity gamma: got {self.gamma}, expected none with kind affine")
        else:
            plain = (self.mean, self.std, self.divisor) == (0.0, 1.0, 65536.0)
            require(plain, "intensity mean, std, divisor: got values, expected none with kind gamma")

    @property
    def stored_max(self) -> int:
        """Largest stored value."""
        return int(2**self.bits - 1)

    @property
    def range(self) -> tuple[float, float]:
        """Network values of stored 0 and of the largest stored value."""
        if self.kind == "gamma":
            return -1.0, 1.0
        return -self.mean / self.std, (self.stored_max / self.divisor - self.mean) / self.std

    @property
    def background(self) -> float:
        """Network value of stored 0 (air)."""
        return self.range[0]

    def level(self, share: float) -> float:
        """Network value at ``share`` (0..1) of the range above background."""
        low, high = self.range
        return low + share * (high - low)


@dataclass(frozen=True)
class StageConfig:
    """One stage of the cascade: its network, its noise schedule and what the network predicts.

    ``first_timestep`` is the number that the network is given for t = 1: the paper counts t from 1, networks
    trained with the published code from 0.
    """

    network: NetworkConfig
    schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    prediction: str = "eps"
    aligned_context: bool = False
    first_timestep: int = 1

    def __post_init__(self) -> None:
        """Check the prediction type and the count of timesteps."""
        known = self.prediction in PREDICTIONS
        require(known, f"prediction: got {self.prediction!r}, expected one of {', '.join(PREDICTIONS)}")
        require(self.first_timestep in (0, 1), f"first_timestep: got {self.first_timestep}, expected 0 or 1")

    def channels(self, stage: str) -> int:
        """Input channels that the contexts of ``stage`` make: the noised one plus its contexts."""
        return 1 if stage == "global" else 3 + int(self.aligned_context)


@dataclass(frozen=True)
class Defaults:
    """What a bundle asks to be sampled with when the caller says nothing."""

    sampler: str = "dpmpp_2m"
    steps: int = 20
    guidance: float = 1.0
    guided_stages: tuple[str, ...] = ("global",)
    spun_stages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check sampler, steps and guidance."""
        for name in ("guided_stages", "spun_stages"):
            for stage in getattr(self, name):
                require(stage in STAGES, f"{name}: got {stage!r}, expected some of {', '.join(STAGES)}")
        require(self.sampler in SAMPLERS, f"sampler: got {self.sampler!r}, expected one of {', '.join(SAMPLERS)}")
        require(self.steps >= 1, f"steps: got {self.steps}, expected at least 1")
        require(self.guidance >= 0.0, f"guidance: got {self.guidance}, expected at least 0")


def label_indices(vocabulary: Mapping[str, tuple[str, ...]], labels: Mapping[str, str]) -> tuple[int, ...]:
    """Indices of ``labels`` in the order of ``vocabulary``; 0 = null for a field that is not given.

    Raises:
        ConfigError: a field or value is not in the vocabulary; the message names the allowed ones.
    """
    for name in labels:
        known = ", ".join(vocabulary) or "none"
        require(name in vocabulary, f"label {name!r} is unknown; this model has: {known}")
    indices = []
    for name, values in vocabulary.items():
        value = labels.get(name)
        if value is None:
            indices.append(0)
            continue
        require(str(value) in values, f"label {name}: got {value!r}, expected one of {', '.join(values)}")
        indices.append(values.index(str(value)) + 1)
    return tuple(indices)


def to_mapping(value: Any) -> Any:
    """Turn a config into plain dicts, lists and scalars for JSON."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_mapping(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_mapping(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [to_mapping(item) for item in value]
    return value


def from_mapping(kind: type[T], mapping: Mapping[str, Any]) -> T:
    """Build the config dataclass ``kind`` from plain data.

    Raises:
        ConfigError: an unknown or missing key, or a value that the dataclass refuses.
    """
    require(isinstance(mapping, Mapping), f"{kind.__name__}: got {type(mapping).__name__}, expected a mapping")
    hints = get_type_hints(kind)
    allowed = {f.name for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(mapping) - allowed)
    require(not unknown, f"{kind.__name__}: unknown {', '.join(unknown)}; expected {', '.join(sorted(allowed))}")
    try:
        return kind(**{name: _parsed(hints[name], value) for name, value in mapping.items()})
    except TypeError as error:
        raise ConfigError(f"{kind.__name__}: {error}") from error


def _parsed(hint: Any, value: Any) -> Any:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type) and isinstance(value, Mapping):
        return from_mapping(hint, value)
    if get_origin(hint) is tuple and isinstance(value, list | tuple):
        inner = get_args(hint)[0]
        return tuple(_parsed(inner, item) for item in value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if hint in (int, float, str, bool):
        same = isinstance(value, hint) and isinstance(value, bool) == (hint is bool)
        require(same, f"got {value!r}, expected {hint.__name__}")
    return value
