"""`info`: say what the paper's networks or an installed bundle are."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from mambo_engine.cli.engine_options import add_engine_arguments
from mambo_engine.config import NetworkConfig, to_mapping

if TYPE_CHECKING:
    from mambo_engine.checkpoint import BundleManifest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--preset", choices=["paper"], help="the paper's three networks instead of a bundle")
    parser.add_argument("--bundle", default="phantom", help="a bundle's name or folder (default: phantom)")
    parser.add_argument("--verify", action="store_true", help="read the bundle's weights and check every hash")
    parser.add_argument(
        "--policy", action="store_true", help="how the bundle runs on this machine, why, and the memory it takes"
    )
    add_engine_arguments(parser)
    parser.add_argument("--json", action="store_true", help="for machines")


def run(options: argparse.Namespace) -> int:
    """Print the facts."""
    if options.policy:
        facts = _policy(options)
    else:
        facts = _paper() if options.preset else _bundle(options.bundle, verify=options.verify)
    print(json.dumps(facts, indent=2) if options.json else _text(facts))
    return 0


def _policy(options: argparse.Namespace) -> dict[str, Any]:
    from mambo_engine.checkpoint import read_manifest
    from mambo_engine.loading import byte_count, memory_bound, plan_for, policy_for

    manifest = read_manifest(options.bundle)
    policy = policy_for(options.device, precision=options.precision, compiled=options.compile)
    limit = byte_count(options.max_memory) if options.max_memory else None
    plan = plan_for(
        manifest, options.device, max_memory=limit, precision=options.precision, compiled=options.compile
    )
    bound = memory_bound(manifest, policy)
    memory = f"at most {bound.total(plan.max_batch) // 10**6} MB at a batch of {plan.max_batch}"
    return {**policy.facts(), "memory": f"{memory}; at least {bound.total(1) // 10**6} MB are needed"}


def _paper() -> dict[str, Any]:
    from mambo_engine.networks.unet import parameter_count

    networks = [NetworkConfig(in_channels=into, out_channels=out) for into, out in ((1, 1), (3, 1), (3, 3))]
    counts = {f"{network.in_channels}->{network.out_channels}": parameter_count(network) for network in networks}
    return {"preset": "paper", "parameters": counts, "network": to_mapping(networks[0])}


def _verify(manifest: BundleManifest) -> dict[str, Any]:
    """Read and check all weights; return their number by stage."""
    from mambo_engine.checkpoint import check_tensors, read_weights
    from mambo_engine.networks.unet import tensor_shapes

    parameters = {}
    for name, stage in manifest.stages.items():
        weights = read_weights(manifest, name)
        check_tensors(weights, tensor_shapes(stage.network), manifest.path(name))
        parameters[name] = sum(int(value.size) for value in weights.values())
    return {"verified": True, "parameters": parameters}


def _bundle(name: str, *, verify: bool) -> dict[str, Any]:
    from mambo_engine.checkpoint import read_manifest

    manifest = read_manifest(name)
    return {
        "name": manifest.name,
        "digest": manifest.digest,
        "size": manifest.size,
        "patch_size": manifest.patch_size,
        "context_factor": manifest.context_factor,
        "overlap": manifest.overlap,
        "pixel_spacing_mm": manifest.pixel_spacing_mm,
        "intensity": to_mapping(manifest.intensity),
        "vocabulary": {field: list(values) for field, values in manifest.vocabulary.items()},
        "sampler": manifest.defaults.sampler,
        "steps": manifest.defaults.steps,
        "guidance": manifest.defaults.guidance,
        "data": manifest.data,
        "license": manifest.license,
        "training": manifest.training,
        "code_version": manifest.code_version,
        "files": manifest.files,
        **(_verify(manifest) if verify else {}),
    }


def _text(facts: dict[str, Any]) -> str:
    width = max(len(name) for name in facts)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in facts.items())
