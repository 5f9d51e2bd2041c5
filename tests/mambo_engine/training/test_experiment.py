from __future__ import annotations

from pathlib import Path

import pytest
import torch

from mambo_engine.cli.train import EXPERIMENTS
from mambo_engine.errors import ConfigError
from mambo_engine.networks.unet import UNet
from mambo_engine.training.experiment import read_experiment, training_order
from mambo_engine.training.settings import TrainingConfig

TRAINED = sorted(path for path in EXPERIMENTS.glob("*.yaml") if not path.stem.startswith("table-"))
"""The rest are settings of replications, not of trainings."""


@pytest.mark.parametrize("path", TRAINED, ids=lambda path: path.stem)
def test_every_shipped_experiment_is_sound(path: Path) -> None:
    experiment = read_experiment(path)
    assert experiment.name == path.stem
    for stage, config in experiment.stages.items():
        assert config.network.in_channels == config.channels(stage)
        assert experiment.geometry.patch_size % config.network.side_divisor == 0


@pytest.mark.parametrize(("name", "size", "patches"), [("paper-rsna", 3840, 289), ("paper-vindr", 3072, 196)])
def test_the_papers_presets_hold_its_table_8(name: str, size: int, patches: int) -> None:
    experiment = read_experiment(EXPERIMENTS / f"{name}.yaml")
    assert experiment.geometry.size == size
    stride = experiment.geometry.patch_size - experiment.geometry.overlap
    assert (-(-(size - 256) // stride) + 1) ** 2 == patches
    iterations = {stage: training.iterations for stage, training in experiment.training.items()}
    assert iterations == {"global": 124_500, "local": 31_000, "patch": 170_000}
    for training in experiment.training.values():
        assert (training.batch, training.learning_rate, training.ema) == (8, 5e-5, 0.0)
        assert (training.label_dropout, training.context_noise, training.bf16) == (0.0, 0.0, False)
    assert experiment.training["local"].init_from == "patch"
    assert training_order(experiment.training) == ["global", "patch", "local"]
    counts = {}
    for stage, config in experiment.stages.items():
        assert (config.prediction, config.schedule.kind, config.schedule.num_timesteps) == ("eps", "linear", 1000)
        with torch.device("meta"):
            counts[stage] = sum(value.numel() for value in UNet(config.network).parameters())
    assert counts == {"global": 78_242_049, "local": 78_254_593, "patch": 78_254_593}


def test_training_order_refuses_a_circle() -> None:
    circle = {"local": TrainingConfig(init_from="patch"), "patch": TrainingConfig(init_from="local")}
    with pytest.raises(ConfigError, match="got a circle of local, patch"):
        training_order({"global": TrainingConfig(), **circle})


def test_a_manifest_is_looked_for_beside_the_experiment(experiment_file: Path) -> None:
    text = experiment_file.read_text().replace(
        "{count: 4, seed: 10}", "{manifest: m.csv, labels: {a: [1], b: [x]}}"
    )
    experiment_file.write_text(text.replace("label_sizes: [5, 4, 2]", "label_sizes: [1, 1]"))
    experiment = read_experiment(experiment_file)
    assert experiment.data.vocabulary == {"a": ("1",), "b": ("x",)}
    with pytest.raises(ConfigError, match=r"data manifest: got m\.csv"):
        experiment.manifest_path()
    (experiment_file.parent / "m.csv").write_text("")
    assert experiment.manifest_path() == experiment_file.parent / "m.csv"
