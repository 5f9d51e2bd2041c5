"""`bundle`: write a model bundle from an experiment's checkpoints."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--config", default="phantom", help="an experiment's name or YAML file (default: phantom)")
    parser.add_argument("--checkpoints", type=Path, required=True, help="the folder that `train --out` named")
    parser.add_argument("--out", type=Path, required=True, help="folder of the bundle")
    parser.add_argument("--keep-card", action="store_true", help="leave a README.md that lies there as it is")


def run(options: argparse.Namespace) -> int:
    """Write the bundle."""
    from mambo_engine.cli.train import experiment_path
    from mambo_engine.training.experiment import read_experiment
    from mambo_engine.training.export import export_bundle

    experiment = read_experiment(experiment_path(options.config))
    manifest = export_bundle(experiment, options.checkpoints, options.out, card=not options.keep_card)
    size = sum(path.stat().st_size for path in options.out.glob("*")) / 1e6
    print(f"{manifest.name}: {size:.1f} MB in {options.out}, digest {manifest.digest[:12]}")
    return 0
