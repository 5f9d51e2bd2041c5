"""Operations a second of the networks' forward pass against the machine's own rate of matrix products."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from bench.table import Row

if TYPE_CHECKING:
    import torch

    from mambo_engine.config import NetworkConfig
    from mambo_engine.loading.policy import Policy

MATRIX_SIDE = {"cpu": 2048, "cuda": 8192, "mps": 4096}


def best_seconds(call: Callable[[], object], device: torch.device, *, repeats: int = 3) -> float:
    """The shortest of some runs, after one that is not counted; a card is waited for."""
    import torch

    times = []
    for _ in range(repeats + 1):
        started = time.perf_counter()
        call()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        times.append(time.perf_counter() - started)
    return min(times[1:])


def matrix_rate(device: torch.device, dtype: torch.dtype, side: int | None = None) -> float:
    """Operations a second (2 a multiply-add) of a square matrix product, measured here."""
    import torch

    side = side or MATRIX_SIDE[device.type]
    a, b = (torch.randn(side, side, device=device).to(dtype) for _ in range(2))
    return 2 * side**3 / best_seconds(lambda: a @ b, device)


def forward_operations(network: NetworkConfig, side: int) -> int:
    """Operations (2 a multiply-add) of one forward pass of one patch: convolutions, products and attention."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from mambo_engine.networks.unet import UNet

    with torch.device("meta"), torch.no_grad(), FlopCounterMode(display=False) as counter:
        UNet(network)(torch.empty(1, network.in_channels, side, side), torch.empty(1))
    return int(counter.get_total_flops())


def forward_rate(network: NetworkConfig, side: int, batch: int, policy: Policy, *, repeats: int = 3) -> float:
    """Operations a second of the forward pass as the policy runs it."""
    _, seconds = forward_seconds(network, side, batch, policy, repeats=repeats)
    return batch * forward_operations(network, side) / seconds


def forward_seconds(
    network: NetworkConfig, side: int, batch: int, policy: Policy, *, repeats: int = 3
) -> tuple[float, float]:
    """Seconds of the first forward pass, which compiles if the policy says so, and of a later one."""
    import torch

    from mambo_engine.loading.bundle import prepared
    from mambo_engine.networks.unet import UNet

    denoiser = prepared(UNet(network).eval().requires_grad_(False), policy)
    x = torch.randn(batch, network.in_channels, side, side, device=policy.device)
    t = torch.full((batch,), 500, device=policy.device)
    with torch.inference_mode(), torch.autocast(policy.device.type, torch.bfloat16, enabled=policy.bf16):
        started = time.perf_counter()
        denoiser(x, t)
        first = time.perf_counter() - started
        return first, best_seconds(lambda: denoiser(x, t), policy.device, repeats=repeats)


def measure() -> list[Row]:
    """Measure on the processor: the bundled network in both precisions, and the paper's."""
    import torch

    from mambo_engine.checkpoint import read_manifest
    from mambo_engine.config import NetworkConfig
    from mambo_engine.loading import policy_for

    cpu, manifest = torch.device("cpu"), read_manifest("phantom")
    small, side = manifest.stages["patch"].network, manifest.patch_size
    paper = NetworkConfig(in_channels=3)
    fp32, chosen = policy_for(cpu, precision="fp32"), policy_for(cpu)
    kind = "bf16" if chosen.bf16 else "fp32"
    rates = {"fp32": matrix_rate(cpu, torch.float32)}
    rates[kind] = matrix_rate(cpu, torch.bfloat16) if chosen.bf16 else rates["fp32"]
    found = [
        (f"bundled network, {side} px, fp32, batch 1", forward_rate(small, side, 1, fp32), "fp32"),
        (f"bundled network, {side} px, {kind}, batch 1", forward_rate(small, side, 1, chosen), kind),
        (f"bundled network, {side} px, {kind}, batch 16", forward_rate(small, side, 16, chosen), kind),
        (f"paper's network, 256 px, {kind}, batch 1", forward_rate(paper, 256, 1, chosen, repeats=1), kind),
    ]
    return [
        *(Row(f"matrix product, {name}", rate / 1e9, "GFLOP/s") for name, rate in rates.items()),
        *(
            Row(f"forward, {what}", rate / 1e9, "GFLOP/s", f"matrix product, {name}", rate / rates[name])
            for what, rate, name in found
        ),
        Row(
            "operations a patch, bundled network",
            forward_operations(small, side) / 1e9,
            "GFLOP",
            "of the paper's",
            forward_operations(small, side) / forward_operations(paper, 256),
        ),
    ]
