"""`train`: train one stage of an experiment; call it again to go on."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mambo_engine.config import STAGES
from mambo_engine.errors import ConfigError

if TYPE_CHECKING:
    from mambo_engine.training.experiment import Experiment

EXPERIMENTS = Path(__file__).parents[1] / "experiments"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--config", default="phantom", help="an experiment's name or YAML file (default: phantom)")
    parser.add_argument("--stage", choices=STAGES, help="default: all three in turn")
    parser.add_argument("--out", type=Path, required=True, help="folder of cache and checkpoints")
    parser.add_argument("--minutes", type=float, help="wall-time budget of this run, shared by its stages")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads (default: torch's choice)")


def run(options: argparse.Namespace) -> int:
    """Train until the budget is used up, or until Ctrl-C; the checkpoints are kept either way."""
    import torch

    from mambo_engine.training.experiment import read_experiment

    if options.threads:
        torch.set_num_threads(options.threads)
    experiment = read_experiment(experiment_path(options.config))
    stages = [options.stage] if options.stage else list(STAGES)
    minutes = options.minutes / len(stages) if options.minutes else None
    for stage in stages:
        if not _train(experiment, stage, options.out, minutes):
            return 130
    return 0


def _train(experiment: Experiment, stage: str, out: Path, minutes: float | None) -> bool:
    """Train one stage; return false when Ctrl-C ended it."""
    from mambo_engine.training.cache import phantom_cache
    from mambo_engine.training.examples import Examples
    from mambo_engine.training.loop import Progress, Trainer

    config, training, data = experiment.stages[stage], experiment.training[stage], experiment.data
    cache = phantom_cache(out, count=data.count, size=experiment.geometry.size, seed=data.seed)
    examples = Examples(
        stage,
        cache,
        experiment.geometry,
        experiment.intensity,
        aligned=config.aligned_context,
        border_share=training.border_share,
    )
    trainer = Trainer(config, training, examples, out / stage, minutes=minutes)

    def show(progress: Progress) -> None:
        left, seconds = divmod(int(progress.seconds_left), 60)
        sys.stderr.write(
            f"\r{stage}: iteration {progress.iteration}, loss {progress.loss:.4f}, "
            f"{progress.examples_per_second:.0f} examples/s, {left}:{seconds:02d} left   "
        )

    try:
        done = trainer.run(show)
    except KeyboardInterrupt:
        trainer.save()
        sys.stderr.write("\nStopped; the same command goes on from here.\n")
        return False
    print(f"\n{stage}: {done} iterations, checkpoint in {trainer.checkpoint}")
    return True


def experiment_path(name: str) -> Path:
    """Return the file of an experiment given by name or path.

    Raises:
        ConfigError: there is none.
    """
    for path in (Path(name), EXPERIMENTS / f"{name}.yaml"):
        if path.is_file():
            return path
    known = ", ".join(sorted(path.stem for path in EXPERIMENTS.glob("*.yaml")))
    raise ConfigError(f"experiment {name!r}: no such file, and not one of: {known}")
