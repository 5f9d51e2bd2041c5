from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from mambo_engine.config import STAGES
from mambo_engine.errors import ConfigError, TrainingError
from mambo_engine.loading import load_bundle
from mambo_engine.training.cache import phantom_cache
from mambo_engine.training.examples import Examples
from mambo_engine.training.experiment import Experiment, read_experiment
from mambo_engine.training.export import export_bundle
from mambo_engine.training.log import read_curve
from mambo_engine.training.loop import Trainer
from mambo_engine.training.resume import load_state


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


def test_partial_batches_make_the_same_step_as_the_whole(experiment: Experiment, tmp_path: Path) -> None:
    whole, parts = (
        trainer(experiment, tmp_path / name, iterations=1, batch=5, accumulate=count)
        for name, count in (("whole", 1), ("parts", 3))
    )
    for run in (whole, parts):
        run.run()
    expected = whole.optimizer.state_dict()["state"]
    for index, state in parts.optimizer.state_dict()["state"].items():
        assert torch.allclose(state["exp_avg"], expected[index]["exp_avg"], rtol=1e-3, atol=1e-7)


def test_a_run_may_be_stopped_after_any_step_and_goes_on(experiment: Experiment, tmp_path: Path) -> None:
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 3

    assert trainer(experiment, tmp_path / "run").run(should_stop=stop) == 3
    assert trainer(experiment, tmp_path / "run").run() == 6


def test_a_stage_starts_from_the_averaged_weights_of_another(experiment: Experiment, tmp_path: Path) -> None:
    patch = trainer(experiment, tmp_path / "run", stage="patch", iterations=2)
    patch.run()
    skip = ("init_conv",)
    local = trainer(experiment, tmp_path / "run", iterations=2, init_from="patch", init_skip=skip)
    own = local.network.state_dict()
    assert torch.equal(own["time_mlp.1.weight"], patch.ema.weights["time_mlp.1.weight"])
    assert own["init_conv.weight"].shape != patch.ema.weights["init_conv.weight"].shape
    local.run()
    resumed = trainer(experiment, tmp_path / "run", iterations=2, init_from="patch", init_skip=skip)
    assert resumed.iteration == 2
    with pytest.raises(TrainingError, match=r"init_conv\.weight got"):
        trainer(experiment, tmp_path / "run2", init_from=str(patch.checkpoint))


def test_a_checkpoint_of_the_first_format_is_taken_up(experiment: Experiment, tmp_path: Path) -> None:
    run = trainer(experiment, tmp_path / "run", iterations=2)
    run.run()
    state = load_state(run.checkpoint)
    torch.save(
        {name: state[name] for name in ("iteration", "seconds", "network", "optimizer", "ema")}, run.checkpoint
    )
    assert trainer(experiment, tmp_path / "run", iterations=4).run() == 4


def test_pictures_show_contexts_target_and_drawing(experiment: Experiment, tmp_path: Path) -> None:
    trainer(experiment, tmp_path / "run", stage="patch", iterations=2, pictures_every=2).run()
    with Image.open(tmp_path / "run" / "patch" / "pictures" / "0000002.png") as picture:
        assert picture.size == (5 * 16, 4 * 16)
        assert np.ptp(np.asarray(picture)[:, 48:64]) > 0


def test_a_network_that_counts_from_zero_is_trained_so(experiment: Experiment, tmp_path: Path) -> None:
    counted = replace(experiment.stages["local"], first_timestep=0)
    run = trainer(replace(experiment, stages={**experiment.stages, "local": counted}), tmp_path / "run")
    seen: list[torch.Tensor] = []
    run.network.time_mlp[0].register_forward_pre_hook(lambda _module, inputs: seen.append(inputs[0]))
    run.denoiser(torch.zeros(2, 3, 16, 16), torch.tensor([1, 1000]), torch.zeros(2, 3, dtype=torch.long))
    assert seen[0].tolist() == [0, 999]


def test_three_trained_stages_become_a_bundle_that_draws(experiment: Experiment, tmp_path: Path) -> None:
    for stage in STAGES:
        trainer(experiment, tmp_path / "run", stage=stage, iterations=2).run()
    manifest = export_bundle(experiment, tmp_path / "run", tmp_path / "bundle")
    assert manifest.training["patch"]["examples"] == 4
    assert "no patient data" in manifest.data
    card = (tmp_path / "bundle" / "README.md").read_text()
    assert "| patch | 2 | 4 |" in card
    assert "prediction v" in card
    assert "Not to be used for: Diagnosis" in card
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
        ("batch: 2", "batch: 2, accumulate: 0", "accumulate: got 0, expected at least 1"),
        ("label_sizes: [5, 4, 2]", "label_sizes: [5, 4]", r"got label_sizes \(5, 4\), expected \(5, 4, 2\)"),
        ("batch: 2", "batch: 2, init_from: patch", "init_from: got a circle of global, local, patch"),
        ("count: 4", "count: 4, fit: crop", "data fit: got 'crop', expected one of scale, pad"),
        ("count: 4", "count: 4, labels: {view: CC}", "data labels view: got 'CC', expected a list"),
    ],
)
def test_read_experiment_names_what_is_wrong(experiment_file: Path, old: str, new: str, message: str) -> None:
    experiment_file.write_text(experiment_file.read_text().replace(old, new, 1))
    with pytest.raises(ConfigError, match=message):
        read_experiment(experiment_file)
