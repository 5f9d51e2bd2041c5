"""From the checkpoints of an experiment to a bundle, with the averaged weights."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

import torch

from mambo_engine.checkpoint import BundleManifest, Weights, write_bundle
from mambo_engine.config import STAGES
from mambo_engine.data.phantom import FIELD_MM
from mambo_engine.errors import TrainingError
from mambo_engine.training.cache import VOCABULARY
from mambo_engine.training.experiment import Experiment


def export_bundle(experiment: Experiment, folder: Path, out: Path) -> BundleManifest:
    """Write the bundle of a trained experiment.

    Args:
        experiment: its settings.
        folder: holds one folder of checkpoints a stage.
        out: the bundle's folder.

    Raises:
        TrainingError: a stage has no checkpoint yet.
    """
    states = {stage: _state(folder / stage / "checkpoint.pt") for stage in STAGES}
    training: dict[str, Any] = {
        stage: {
            "iterations": state["iteration"],
            "examples": state["iteration"] * experiment.training[stage].batch,
            "minutes": round(state["seconds"] / 60, 1),
        }
        for stage, state in states.items()
    }
    manifest = BundleManifest(
        name=experiment.name,
        geometry=experiment.geometry,
        intensity=experiment.intensity,
        stages=experiment.stages,
        vocabulary=VOCABULARY,
        defaults=experiment.defaults,
        license=experiment.license,
        data=f"{experiment.data.count} procedural phantoms, seeds from {experiment.data.seed}; no patient data",
        pixel_spacing_mm=FIELD_MM / experiment.geometry.size,
        training={**training, "machine": platform.machine()},
    )
    weights: dict[str, Weights] = {
        stage: {name: value.float().numpy() for name, value in state["ema"]["weights"].items()}
        for stage, state in states.items()
    }
    return write_bundle(manifest, weights, out)


def _state(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise TrainingError(f"{path}: got no checkpoint, expected one; train this stage first")
    state: dict[str, Any] = torch.load(path, weights_only=True)
    return state
