"""How the networks run on a device: precision, memory layout, compilation and batch sizes, each with its reason.

The choices rest on measurements; `./dev bench engine` repeats those that this machine can make, and
`docs/benchmarks.md` holds the figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch

from mambo_engine.config import require
from mambo_engine.errors import ConfigError

PRECISIONS = ("auto", "bf16", "fp32")
BUCKETS = (1, 2, 4, 8, 16)
MAX_BATCH = 16


@dataclass(frozen=True)
class Policy:
    """How the networks run.

    Attributes:
        device: where.
        bf16: networks in bfloat16, the arithmetic of the schedule in float32.
        channels_last: weights and activations with the channels innermost.
        compiled: networks through torch.compile.
        buckets: batch sizes that a compiled network sees; empty: any.
        max_batch: patches drawn together at most, memory allowing.
        reasons: why, by attribute.
    """

    device: torch.device
    bf16: bool
    channels_last: bool
    compiled: bool
    buckets: tuple[int, ...] = ()
    max_batch: int = MAX_BATCH
    reasons: Mapping[str, str] = field(default_factory=dict)

    def facts(self) -> dict[str, str]:
        """The choices in words, each with its reason."""
        chosen = {
            "device": str(self.device),
            "precision": "bf16" if self.bf16 else "fp32",
            "layout": "channels last" if self.channels_last else "contiguous",
            "compile": "yes" if self.compiled else "no",
            "batch": f"up to {self.max_batch}"
            + (f", padded to one of {', '.join(map(str, self.buckets))}" if self.buckets else ", not padded"),
        }
        return {name: f"{value} ({self.reasons[name]})" for name, value in chosen.items()}


def choose_device(name: str = "auto") -> torch.device:
    """Return the device of this name; `auto` is CUDA, then Apple's MPS, then the CPU.

    Raises:
        ConfigError: the name is unknown or the device is not there.
    """
    available = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return torch.device(next(kind for kind in ("cuda", "mps", "cpu") if available[kind]))
    kind, _, number = name.partition(":")
    cards = torch.cuda.device_count() if kind == "cuda" else 1
    numbered = not number or (number.isdecimal() and int(number) < cards)
    if not (available.get(kind, False) and numbered):
        present = ", ".join(kind for kind, there in available.items() if there)
        raise ConfigError(f"device: got {name!r}, expected auto or one of: {present}")
    return torch.device(name)


def pays_bf16(device: torch.device) -> bool:
    """Tell whether bfloat16 is faster here: on CUDA, and on CPUs that multiply it in hardware."""
    if device.type == "cpu":
        return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
    if device.type == "cuda" and torch.cuda.is_available():
        return torch.cuda.get_device_capability(device)[0] >= 8
    return device.type == "cuda"


def policy_for(
    device: str | torch.device = "auto", *, precision: str = "auto", compiled: bool | None = None
) -> Policy:
    """Choose how the networks run.

    Args:
        device: auto, cpu, cuda or mps.
        precision: auto, bf16 or fp32.
        compiled: use torch.compile; None chooses, which is no on every device: see `_compile_reason`.

    Raises:
        ConfigError: the device or precision is not to be had.
    """
    require(precision in PRECISIONS, f"precision: got {precision!r}, expected auto, bf16 or fp32")
    place = choose_device(device) if isinstance(device, str) else device
    bf16 = pays_bf16(place) if precision == "auto" else precision == "bf16"
    compiles = bool(compiled)
    reasons = {
        "device": "asked for" if device != "auto" else "the fastest that is here",
        "precision": "asked for" if precision != "auto" else _precision_reason(place, bf16=bf16),
        "layout": _layout_reason(place),
        "compile": "asked for" if compiled is not None else _compile_reason(place),
        "batch": "a compiled network then sees few shapes" if compiles else "every size costs the same to start",
    }
    return Policy(
        device=place,
        bf16=bf16,
        channels_last=place.type != "mps",
        compiled=compiles,
        buckets=BUCKETS if compiles else (),
        reasons=reasons,
    )


def _precision_reason(device: torch.device, *, bf16: bool) -> str:
    if device.type == "mps":
        return "bfloat16 is not measured on this kind of device"
    if device.type == "cpu":
        return f"the processor {'multiplies' if bf16 else 'does not multiply'} bfloat16 in hardware"
    return f"the card has {'' if bf16 else 'no '}matrix units for bfloat16"


def _layout_reason(device: torch.device) -> str:
    if device.type == "mps":
        return "channels last is not measured on this kind of device"
    return "convolutions are faster so"


def _compile_reason(device: torch.device) -> str:
    if device.type == "cpu":
        return "it takes minutes, and gains a picture a quarter of its seconds"
    return "it takes minutes, and its gain is not measured on this kind of device"
