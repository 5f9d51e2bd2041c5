"""A tiny cascade with random weights, and a tiny experiment on phantoms."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.stage import Stage
from mambo_engine.config import (
    STAGES,
    Defaults,
    GeometryConfig,
    IntensityConfig,
    NetworkConfig,
    ScheduleConfig,
    StageConfig,
)
from mambo_engine.networks.unet import UNet

VOCABULARY = {"view": ("CC", "MLO"), "birads": ("1", "2", "3", "4", "5"), "density": ("A", "B", "C", "D")}
GEOMETRY = GeometryConfig(size=96, patch_size=16, context_factor=2, overlap=4)


def tiny_stage_config(stage: str, *, aligned: bool = True) -> StageConfig:
    channels = 1 if stage == "global" else 3 + int(aligned)
    network = NetworkConfig(
        in_channels=channels,
        base_channels=8,
        multipliers=(1, 2),
        blocks_per_level=1,
        norm_groups=4,
        attention_heads=2,
        head_channels=4,
        linear_attention=False,
        stem_patch=2,
        refine_channels=4,
        label_sizes=(2, 5, 4),
    )
    return StageConfig(network, ScheduleConfig(kind="cosine"), prediction="v", aligned_context=aligned)


def tiny_stage(name: str, *, seed: int = 0) -> Stage:
    torch.manual_seed(seed)
    config = tiny_stage_config(name)
    denoiser = UNet(config.network).eval().requires_grad_(False)
    return Stage(name, config, denoiser, GEOMETRY, IntensityConfig(bits=12, gamma=0.6), torch.device("cpu"))


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny_cascade() -> Cascade:
    stages: dict[str, Stage] = {name: tiny_stage(name, seed=number) for number, name in enumerate(STAGES)}
    return Cascade(stages, VOCABULARY, Defaults("dpmpp_2m", steps=3, guidance=1.5), pixel_spacing_mm=2.5)


EXPERIMENT = """
name: tiny
geometry: {size: 64, patch_size: 16, context_factor: 2, overlap: 4}
intensity: {bits: 12, gamma: 0.6}
data: {count: 4, seed: 10}
training: {iterations: 6, batch: 2, learning_rate: 0.001, ema: 0.9, label_dropout: 0.1, context_noise: 0.05}
stages:
  global: {prediction: v, network: &small {base_channels: 8, multipliers: [1, 2], norm_groups: 4, stem_patch: 2,
           linear_attention: false, label_sizes: [5, 4, 2]}}
  local: {prediction: v, network: {<<: *small, in_channels: 3}}
  patch: {prediction: v, aligned_context: true, network: {<<: *small, in_channels: 4}}
"""


@pytest.fixture
def experiment_file(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.yaml"
    path.write_text(EXPERIMENT)
    return path
