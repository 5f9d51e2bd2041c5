"""How much memory a drawing takes, stated before it starts, and the batch that fits.

bound = program + weights + max(loading, images + batch · passes · activations · MARGIN), each term below.
It is a bound, not a forecast: peaks measured with eleven networks and batches, the paper's among them, were 52
to 94 % of it, and `./dev bench engine` sets it beside the peak of whole drawings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import torch

from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.sampling import Plan
from mambo_engine.checkpoint import BundleManifest
from mambo_engine.config import STAGES, GeometryConfig, StageConfig, require
from mambo_engine.errors import ConfigError
from mambo_engine.loading.activations import activation_bytes
from mambo_engine.loading.policy import BUCKETS, Policy, policy_for
from mambo_engine.networks.unet import parameter_count

UNITS = {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}

PROGRAM_BYTES = {"cpu": 400 * 10**6, "mps": 400 * 10**6, "cuda": 700 * 10**6}
"""The program without a model. Measured: 250 MB on a processor with all libraries open, and up to 60 MB of what
the allocator keeps. On CUDA the card's context and libraries, an estimate."""

MARGIN = 1.5
"""Over the activations that are alive at once: work space of the convolutions, copies cast to bfloat16, gaps."""

LOADING_BYTES = 8
"""A parameter of the stage being read: the file, its arrays (2 bytes each) and the float32 tensor."""

PIXEL_BYTES, WAITING_PIXEL_BYTES = 48, 16
"""A pixel of the image being finished (measured: 21) and of the others in lockstep: canvas, copies, masks."""


@dataclass(frozen=True)
class MemoryBound:
    """The terms of the bound in bytes.

    Attributes:
        program: libraries, without a model.
        weights: of the three networks, as they lie ready.
        loading: on top while the largest network is read.
        images: canvases of the images drawn together.
        patch: one patch of a batch, in the most demanding stage, with guidance where the bundle asks for it.
    """

    program: int
    weights: int
    loading: int
    images: int
    patch: int

    def total(self, batch: int) -> int:
        """Bytes at most when up to `batch` patches are drawn together."""
        return self.program + self.weights + max(self.loading, self.images + batch * self.patch)

    def batch(self, limit: int) -> int:
        """Most patches that stay within `limit` bytes; 0 when not even one does."""
        if self.total(0) > limit:
            return 0
        return (limit - self.program - self.weights - self.images) // self.patch


def byte_count(text: str) -> int:
    """Read a memory size: 4GB, 512MB, 1.5GiB, or a number of bytes.

    Raises:
        ConfigError: it is none, or not above 0.
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMG]I?B)?\s*", text, flags=re.IGNORECASE)
    size = int(float(found[1]) * UNITS[(found[2] or "").upper()]) if found else 0
    require(size > 0, f"memory: got {text!r}, expected a size such as 4GB, 512MB or 1.5GiB")
    return size


def memory_bound(model: BundleManifest | Cascade, policy: Policy, *, images: int = 1) -> MemoryBound:
    """State the memory that `model` takes when `images` pictures are drawn together."""
    stages, geometry, guided = _parts(model)
    parameters = [parameter_count(stage.network) for stage in stages.values()]
    pixels = geometry.size**2 + geometry.mid_size**2
    on_host = policy.device.type != "cuda"
    return MemoryBound(
        program=PROGRAM_BYTES.get(policy.device.type, PROGRAM_BYTES["cpu"]),
        weights=sum(parameters) * (2 if policy.bf16 else 4),
        loading=max(parameters) * LOADING_BYTES if on_host else 0,
        images=pixels * (PIXEL_BYTES + WAITING_PIXEL_BYTES * (images - 1)) if on_host else 0,
        patch=max(
            round(MARGIN * activation_bytes(stage.network, geometry.patch_size)) * (2 if name in guided else 1)
            for name, stage in stages.items()
        ),
    )


def plan_for(
    model: BundleManifest | Cascade,
    device: str | torch.device = "auto",
    *,
    max_memory: int | None = None,
    precision: str = "auto",
    compiled: bool | None = None,
    images: int = 1,
) -> Plan:
    """Choose the batch that stays within `max_memory` bytes; reads no weights.

    Args:
        model: a bundle's manifest, or the cascade.
        device: that it runs on.
        max_memory: bytes; of the process on a processor, of the card on CUDA. None: on CUDA what is free,
            otherwise no limit.
        precision: auto, bf16 or fp32, as the bundle will be loaded; a cascade knows its own.
        compiled: as the bundle is loaded.
        images: pictures drawn together.

    Raises:
        ConfigError: not even one patch at a time fits.
    """
    if isinstance(model, Cascade):
        precision = "bf16" if model.stages[STAGES[0]].bf16 else "fp32"
    policy = policy_for(device, precision=precision, compiled=compiled)
    limit = _free(policy.device) if max_memory is None else max_memory
    if limit is None:
        return Plan(max_batch=policy.max_batch, buckets=policy.buckets)
    bound = memory_bound(model, policy, images=images)
    fits = min(bound.batch(limit), policy.max_batch)
    if fits < 1:
        raise ConfigError(f"memory: got {_megabytes(limit)}, expected at least {_explained(bound)}")
    if policy.buckets:
        fits = max(size for size in BUCKETS if size <= fits)
    return Plan(max_batch=fits, buckets=tuple(size for size in policy.buckets if size <= fits))


def _parts(model: BundleManifest | Cascade) -> tuple[Mapping[str, StageConfig], GeometryConfig, tuple[str, ...]]:
    guided = model.defaults.guided_stages
    if isinstance(model, Cascade):
        first = model.stages[STAGES[0]]
        return {name: stage.config for name, stage in model.stages.items()}, first.geometry, guided
    return {name: model.stages[name] for name in STAGES}, model.geometry, guided


def _free(device: torch.device) -> int | None:
    """Bytes free on a card, those of its own context added back; None elsewhere."""
    if device.type != "cuda":
        return None
    return torch.cuda.mem_get_info(device)[0] + PROGRAM_BYTES["cuda"]


def _megabytes(size: int) -> str:
    return f"{-(-size // 10**6)} MB"


def _explained(bound: MemoryBound) -> str:
    work = max(bound.loading, bound.images + bound.patch)
    return (
        f"{_megabytes(bound.total(1))}: program {_megabytes(bound.program)}, weights {_megabytes(bound.weights)}, "
        f"one patch and the canvases, or reading a network {_megabytes(work)}"
    )
