from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from mambo_engine.config import STAGES
from mambo_engine.errors import ConfigError, TrainingError
from mambo_engine.loading import load_bundle
from mambo_engine.training.cache import phantom_cache
from mambo_engine.training.examples import Examples
from mambo_engine.training.experiment import Experiment, read_experiment
from mambo_engine.training.export import export_bundle
from mambo_engine.training.log import read_curve
from mambo_engine.training.loop import Trainer


@pytest.fixture
def experiment(experiment_file: Path) -> Experiment:
    return read_experiment(experiment_file)


def trainer(
    experiment: Experiment, folder: Path, *, stage: str = "local", iterations: int = 6, **settings: Any
) -> Trainer:
    cache = phantom_cache(folder.parent / "cache", count=4, size=64, seed=10)
    config = experiment.stages[stage]
    examples = Examples(stage, cache, experiment.geometry, experiment.intensity, aligned=config.aligned_context)
    training = replace(experiment.training[stage], iterations=iterations, **settings)
    return Trainer(config, training, examples, folder / stage, held_out=examples)


def test_a_run_that_is_cut_and_resumed_equals_an_unbroken_one(experiment: Experiment, tmp_path: Path) -> None:
    whole = trainer(experiment, tmp_path / "whole")
    whole.run()
    trainer(experiment, tmp_path / "cut", iterations=3).run()
    resumed = trainer(experiment, tmp_path / "cut")
    assert resumed.iteration == 3
    assert resumed.run() == 6
    for name, value in whole.network.state_dict().items():
        assert torch.equal(value, resumed.network.state_dict()[name]), name
        assert torch.equal(whole.ema.weights[name], resumed.ema.weights[name]), name


def test_loss_falls_and_is_logged(experiment: Experiment, tmp_path: Path) -> None:
    losses: list[float] = []
    run = trainer(experiment, tmp_path / "run", stage="patch", iterations=120, log_every=40, validate_every=40)
    run.run(lambda progress: losses.append(progress.loss))
    held_out = [loss for _, loss in read_curve(run.folder / "held_out.csv")]
    assert held_out == sorted(held_out, reverse=True)
    assert held_out[-1] < 0.95 * held_out[0] < 0.5
    assert [iteration for iteration, _ in read_curve(run.folder / "loss.csv")] == [40, 80, 120]
    assert len(losses) == 3


def test_a_foreign_checkpoint_is_refused(experiment: Experiment, tmp_path: Path) -> None:
    trainer(experiment, tmp_path / "run", iterations=1).run()
    (tmp_path / "run" / "local").rename(tmp_path / "run" / "patch")
    with pytest.raises(TrainingError, match="does not fit this experiment"):
        trainer(experiment, tmp_path / "run", stage="patch")


def test_three_trained_stages_become_a_bundle_that_draws(experiment: Experiment, tmp_path: Path) -> None:
    for stage in STAGES:
        trainer(experiment, tmp_path / "run", stage=stage, iterations=2).run()
    manifest = export_bundle(experiment, tmp_path / "run", tmp_path / "bundle")
    assert manifest.training["patch"]["examples"] == 4
    assert "no patient data" in manifest.data
    image = load_bundle(tmp_path / "bundle", device="cpu").sample({"density": "C"}, 1, steps=2).image
    assert image.shape == (64, 64)


def test_export_names_the_stage_without_a_checkpoint(experiment: Experiment, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="train this stage first"):
        export_bundle(experiment, tmp_path, tmp_path / "bundle")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("ema: 0.9", "ema: 2", "ema: got 2"),
        ("batch: 2", "batches: 2", "unknown batches"),
        ("name: tiny", "nome: tiny", "nome"),
        ("geometry:", "geometri:", "geometry"),
        ("stages:", "phases:", "expected a mapping 'stages'"),
    ],
)
def test_read_experiment_names_what_is_wrong(experiment_file: Path, old: str, new: str, message: str) -> None:
    experiment_file.write_text(experiment_file.read_text().replace(old, new, 1))
    with pytest.raises(ConfigError, match=message):
        read_experiment(experiment_file)
