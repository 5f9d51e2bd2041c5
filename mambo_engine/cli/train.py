"""`train`: train the stages of an experiment; the same command goes on where it ended."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from tqdm import tqdm

from mambo_engine.config import STAGES
from mambo_engine.errors import ConfigError

if TYPE_CHECKING:
    from mambo_engine.training.experiment import Experiment
    from mambo_engine.training.progress import Progress

EXPERIMENTS = Path(__file__).parents[1] / "experiments"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--config", default="phantom", help="an experiment's name or YAML file (default: phantom)")
    parser.add_argument("--stage", choices=STAGES, help="default: all three in turn")
    parser.add_argument("--out", type=Path, required=True, help="folder of cache and checkpoints")
    parser.add_argument("--manifest", metavar="FILE", help="the images, in place of those the experiment names")
    parser.add_argument("--minutes", type=float, help="wall-time budget of this run, shared by its stages")
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda (default: auto)")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads (default: torch's choice)")
    parser.add_argument(
        "--patience",
        type=float,
        metavar="SECONDS",
        help="with torchrun: how long to wait for another process before it counts as lost (default: 1800)",
    )
    parser.add_argument("--check", action="store_true", help="check the experiment and its images, then end")


def run(options: argparse.Namespace) -> int:
    """Train until the budget is used up, or until Ctrl-C; the checkpoints are kept either way."""
    import torch

    from mambo_engine.training.experiment import read_experiment, training_order

    if options.threads:
        torch.set_num_threads(options.threads)
    experiment = read_experiment(experiment_path(options.config))
    if options.manifest:
        experiment = replace(experiment, data=replace(experiment.data, manifest=options.manifest))
    if options.check:
        return _check(experiment)
    stages = [options.stage] if options.stage else training_order(experiment.training)
    minutes = options.minutes / len(stages) if options.minutes else None
    return _train(experiment, stages, options, minutes)


def _check(experiment: Experiment) -> int:
    from mambo_engine.training.sources import checked_manifest

    images = f"{experiment.data.count} phantoms"
    if experiment.data.manifest:
        manifest = checked_manifest(experiment)
        parts = ", ".join(f"{len(manifest.part(split))} {split}" for split in ("train", "val", "test"))
        images = f"{len(manifest.rows)} images ({parts})"
    print(f"{experiment.name}: {images}, {experiment.geometry.size} px; nothing wrong found")
    return 0


def _train(experiment: Experiment, stages: list[str], options: argparse.Namespace, minutes: float | None) -> int:
    from mambo_engine.training.group import PATIENCE_S, join_group, leave_group, local_device
    from mambo_engine.training.loop import Trainer
    from mambo_engine.training.sources import open_images, stage_examples

    device = local_device(options.device)
    images = open_images(experiment, options.out, _preparing())
    # After the images: processes that wait for each other give up after some minutes.
    group = join_group(device, options.patience or PATIENCE_S)
    stopped = _stop_on_signal()
    try:
        for stage in stages:
            trainer = Trainer(
                experiment.stages[stage],
                experiment.training[stage],
                stage_examples(experiment, stage, images["train"]),
                options.out / stage,
                minutes=minutes,
                held_out=stage_examples(experiment, stage, images["val"]) if "val" in images else None,
                group=group,
                device=device,
            )
            iterations = experiment.training[stage].iterations
            with tqdm(total=iterations, initial=trainer.iteration, desc=stage, disable=not group.leads) as bar:
                trainer.run(_shown(bar), stopped)
            if trainer.stopped:
                sys.stderr.write("Stopped; the same command goes on from here.\n")
                return 130
            if group.leads:
                print(f"{stage}: {trainer.iteration} iterations, checkpoint in {trainer.checkpoint}")
    finally:
        leave_group(group)
    return 0


def _preparing() -> Callable[[str, int, int], None]:
    """A progress bar for each split that is being prepared."""
    bars: dict[str, tqdm[None]] = {}

    def show(split: str, done: int, count: int) -> None:
        if split not in bars:
            bars[split] = tqdm(total=count, desc=f"images, {split}", unit="image", disable=None)
        bars[split].update(done - bars[split].n)
        if done == count:
            bars[split].close()

    return show


def _shown(bar: tqdm[None]) -> Callable[[Progress], None]:
    def show(progress: Progress) -> None:
        left, seconds = divmod(int(progress.seconds_left), 60)
        rate = f"{progress.examples_per_second:.0f} examples/s"
        bar.set_postfix_str(f"loss {progress.loss:.4f}, {rate}, {left}:{seconds:02d} left", refresh=False)
        bar.update(progress.iteration - bar.n)

    return show


def _stop_on_signal() -> Callable[[], bool]:
    """Ctrl-C and SIGTERM end the run after its step; a second one ends it at once."""
    seen: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        if seen:
            raise KeyboardInterrupt
        seen.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, note)
    return lambda: bool(seen)


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
