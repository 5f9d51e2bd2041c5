"""The options that say where and how the networks run, shared by every verb that runs them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mambo_engine.cascade.cascade import Cascade
    from mambo_engine.cascade.sampling import Plan


def add_engine_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare --device, --precision, --max-memory and --compile."""
    group = parser.add_argument_group("engine")
    group.add_argument("--device", default="auto", help="auto, cpu, cuda or mps (default: auto)")
    group.add_argument("--precision", default="auto", help="auto, bf16 or fp32 (default: auto)")
    group.add_argument("--max-memory", metavar="SIZE", help="stay below, for example 4GB or 512MB")
    group.add_argument(
        "--compile",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="compile the networks first: for many pictures (default: no)",
    )


def cascade_from(options: argparse.Namespace, bundle: str, *, images: int = 1) -> tuple[Cascade, Plan]:
    """Load the bundle as the options ask, and the plan that keeps within the memory they allow.

    Args:
        options: parsed, with the arguments of `add_engine_arguments`.
        bundle: name or folder.
        images: pictures drawn together.

    Raises:
        BundleError: the bundle is missing, foreign or was changed.
        ConfigError: a device or precision that is not to be had, or too little memory; before weights are read.
    """
    from mambo_engine.checkpoint import read_manifest
    from mambo_engine.loading import byte_count, load_bundle, plan_for

    limit = byte_count(options.max_memory) if options.max_memory else None
    asked = {"device": options.device, "precision": options.precision, "compiled": options.compile}
    plan = plan_for(read_manifest(bundle), max_memory=limit, images=images, **asked)
    return load_bundle(bundle, **asked), plan
