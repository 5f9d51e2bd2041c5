"""`extractor`: train the network that reads labels and gives features for `evaluate`; minutes on one core."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from mambo_engine.config import require

if TYPE_CHECKING:
    from mambo_engine.evaluation.label_card import SourceFacts
    from mambo_engine.evaluation.label_examples import LabeledImages
    from mambo_engine.evaluation.label_training import LabelTraining
    from mambo_engine.training.experiment import Experiment

CURVE_ROWS = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument(
        "--config",
        action="append",
        metavar="NAME",
        help="an experiment whose images to train on; may be repeated (default: phantom)",
    )
    parser.add_argument("--manifest", metavar="FILE", help="the images, for the experiments that name a manifest")
    parser.add_argument("--phantoms", type=int, default=160, help="phantoms held out (default: 160)")
    parser.add_argument("--iterations", type=int, default=2000, help="steps of training (default: 2000)")
    parser.add_argument("--batch", type=int, default=24, help="examples a step (default: 24)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cache", type=Path, required=True, help="folder of the prepared images")
    parser.add_argument("--out", type=Path, required=True, help="folder of the extractor")


def run(options: argparse.Namespace) -> int:
    """Train, measure on held-out pictures, write."""
    import torch

    from mambo_engine.evaluation.label_card import label_card
    from mambo_engine.evaluation.label_extractor import write_extractor
    from mambo_engine.evaluation.label_training import LabelTraining, held_out_accuracy, train_labels

    torch.set_num_threads(1)
    require(options.phantoms >= 2, f"--phantoms: got {options.phantoms}, expected at least 2")
    training = LabelTraining(iterations=options.iterations, batch=options.batch, seed=options.seed)
    names = options.config or ["phantom"]
    opened = [_open(name, options, training) for name in names]
    started, curve = time.process_time(), _Curve(options.iterations)
    network = train_labels([images["train"] for images, _ in opened], training, curve.note)
    seconds = time.process_time() - started
    curve.bar.close()
    accuracy = {
        facts.name: {
            name: round(share, 4)
            for name, share in held_out_accuracy(network, images["val"], training.fields).items()
        }
        for images, facts in opened
        if "val" in images
    }
    card = label_card(
        training,
        [facts for _, facts in opened],
        accuracy,
        losses=curve.losses,
        seconds=seconds,
        command=_command(names, training, options),
    )
    made = write_extractor(network, options.out, card=card, accuracy=accuracy)
    print(f"{options.out}: {made.name}, digest {made.digest[:12]}")
    for source, shares in accuracy.items():
        print(f"{source}, held out: {', '.join(f'{name} {share:.2f}' for name, share in shares.items())} right")
    return 0


def _open(
    name: str, options: argparse.Namespace, training: LabelTraining
) -> tuple[dict[str, LabeledImages], SourceFacts]:
    """The images of one experiment, without augmented copies."""
    from mambo_engine.cli.train import experiment_path
    from mambo_engine.evaluation.label_card import SourceFacts
    from mambo_engine.evaluation.label_examples import LabeledImages, relabeled
    from mambo_engine.training.experiment import read_experiment
    from mambo_engine.training.sources import open_images

    experiment = _adjusted(read_experiment(experiment_path(name)), options)
    caches = open_images(experiment, options.cache)
    white = 2**experiment.intensity.bits - 1
    images = {
        split: LabeledImages(
            experiment.name,
            cache.images,
            white,
            relabeled(cache.labels, experiment.data.vocabulary, training.fields),
        )
        for split, cache in caches.items()
    }
    held_out = len(images["val"].images) if "val" in images else 0
    # What follows the semicolon tells of the cascade's training: copies, and who was held out.
    about = experiment.data.about.split(";")[0] or "procedural phantoms of this project; no patient data"
    words = (experiment.license, experiment.data.attribution)
    return images, SourceFacts(experiment.name, about, *words, len(images["train"].images), held_out)


def _adjusted(experiment: Experiment, options: argparse.Namespace) -> Experiment:
    if experiment.data.manifest:
        manifest = options.manifest or experiment.data.manifest
        return replace(experiment, data=replace(experiment.data, copies=0, manifest=manifest))
    return replace(experiment, data=replace(experiment.data, held_out=options.phantoms))


def _command(names: Sequence[str], training: LabelTraining, options: argparse.Namespace) -> str:
    configs = " ".join(f"--config {Path(name).stem}" for name in names)
    manifest = f" --manifest {Path(options.manifest).name}" if options.manifest else ""
    steps = f"--iterations {training.iterations} --batch {training.batch} --seed {training.seed}"
    return f"python -m mambo_engine extractor {configs}{manifest} {steps} --cache CACHE --out {options.out.name}"


class _Curve:
    """A progress bar, and the mean loss of each part of the run for the card."""

    def __init__(self, iterations: int) -> None:
        self.bar = tqdm(total=iterations, unit="step", disable=None)
        self.every = max(1, iterations // CURVE_ROWS)
        self.losses: list[tuple[int, float]] = []
        self.sum = 0.0

    def note(self, iteration: int, loss: float) -> None:
        """Count one step."""
        self.bar.update(1)
        self.sum += loss
        if iteration % self.every == 0:
            self.losses.append((iteration, self.sum / self.every))
            self.bar.set_postfix_str(f"loss {self.losses[-1][1]:.3f}", refresh=False)
            self.sum = 0.0
