"""What each choice of the policy gives the forward pass: layout, precision, compilation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bench.engine.forward import forward_seconds
from bench.table import Row

if TYPE_CHECKING:
    from mambo_engine.config import NetworkConfig
    from mambo_engine.loading.policy import Policy

BATCH = 16


def measure(bundle: str, *, quick: bool = False) -> list[Row]:
    """Measure on the processor with the shape of the bundle's last network."""
    from mambo_engine.checkpoint import read_manifest
    from mambo_engine.loading import policy_for

    manifest = read_manifest(bundle)
    network = manifest.stages["patch"].network
    return policy_rows(network, manifest.patch_size, policy_for("cpu"), compiles=not quick)


def policy_rows(network: NetworkConfig, side: int, chosen: Policy, *, compiles: bool) -> list[Row]:
    """Rows of the choices, each undone alone; with `compiles` also what torch.compile costs and gives."""

    def milliseconds(policy: Policy, batch: int = BATCH) -> float:
        return 1000 * forward_seconds(network, side, batch, policy, repeats=10)[1]

    ours, single = milliseconds(chosen), milliseconds(chosen, 1)
    others = [
        ("float32", replace(chosen, bf16=False)),
        ("contiguous layout", replace(chosen, channels_last=False)),
    ]
    rows = [
        Row(f"forward pass, batch {BATCH}, as chosen", ours, "ms"),
        Row(
            "forward pass, batch 1, as chosen",
            single,
            "ms",
            f"a patch in a batch of {BATCH}",
            single * BATCH / ours,
        ),
    ]
    for name, policy in others:
        taken = milliseconds(policy)
        rows.append(Row(f"forward pass, batch {BATCH}, {name}", taken, "ms", "as chosen", taken / ours))
    return [*rows, *(compile_rows(network, side, chosen, ours) if compiles else [])]


def compile_rows(network: NetworkConfig, side: int, chosen: Policy, plain_ms: float) -> list[Row]:
    """What compiling one network for one batch size costs, what a pass gains, and when that is repaid."""
    import torch._inductor.config

    with torch._inductor.config.patch(force_disable_caches=True):
        first, later = forward_seconds(network, side, BATCH, replace(chosen, compiled=True), repeats=10)
    rows = [
        Row(f"forward pass, batch {BATCH}, compiled", 1000 * later, "ms", "as chosen", 1000 * later / plain_ms),
        Row("compiling one network for one batch size", first - later, "s"),
    ]
    gain = plain_ms / 1000 - later
    return [*rows, Row("  repaid after", (first - later) / gain, "passes")] if gain > 0 else rows
