"""From the checkpoints of an experiment to a bundle, with the averaged weights and a model card."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

from mambo_engine.checkpoint import BundleManifest, Weights, write_bundle
from mambo_engine.config import STAGES
from mambo_engine.data.phantom import FIELD_MM
from mambo_engine.training.card import StageRun, training_card
from mambo_engine.training.experiment import Experiment
from mambo_engine.training.log import HELD_OUT, LOSSES, read_curve
from mambo_engine.training.resume import CHECKPOINT, State, load_state


def export_bundle(experiment: Experiment, folder: Path, out: Path, *, card: bool = True) -> BundleManifest:
    """Write the bundle of a trained experiment.

    Args:
        experiment: its settings.
        folder: holds one folder of checkpoints a stage.
        out: the bundle's folder.
        card: write a model card; without, one that lies in `out` stays.

    Raises:
        TrainingError: a stage has no checkpoint yet.
    """
    states = {stage: load_state(folder / stage / CHECKPOINT) for stage in STAGES}
    runs: dict[str, StageRun] = {
        stage: _run(experiment, stage, state, folder / stage) for stage, state in states.items()
    }
    training: dict[str, Any] = {
        stage: {
            "iterations": run.iterations,
            "examples": run.examples,
            "minutes": round(run.hours * 60, 1),
            "hardware": run.hardware,
        }
        for stage, run in runs.items()
    }
    manifest = BundleManifest(
        name=experiment.name,
        geometry=experiment.geometry,
        intensity=experiment.intensity,
        stages=experiment.stages,
        vocabulary=experiment.data.vocabulary,
        defaults=experiment.defaults,
        license=experiment.license,
        data=trained_on(experiment),
        pixel_spacing_mm=_spacing(experiment),
        training={**training, "machine": platform.machine()},
    )
    weights: dict[str, Weights] = {
        stage: {name: value.float().numpy() for name, value in state["ema"]["weights"].items()}
        for stage, state in states.items()
    }
    text = training_card(experiment, manifest.data, runs) if card else None
    return write_bundle(manifest, weights, out, card=text)


def trained_on(experiment: Experiment) -> str:
    """What an experiment's images are, in words."""
    data = experiment.data
    if data.about:
        return data.about
    if data.manifest:
        return f"the images of {Path(data.manifest).name}"
    return f"{data.count} procedural phantoms, seeds from {data.seed}; no patient data"


def _spacing(experiment: Experiment) -> float | None:
    """Side of a pixel: what the experiment declares, or the phantoms' own."""
    if experiment.data.manifest or experiment.data.pixel_spacing_mm:
        return experiment.data.pixel_spacing_mm or None
    return FIELD_MM / experiment.geometry.size


def _run(experiment: Experiment, stage: str, state: State, folder: Path) -> StageRun:
    return StageRun(
        iterations=state["iteration"],
        examples=state["iteration"] * experiment.training[stage].batch,
        hours=state["seconds"] / 3600,
        hardware=str(state.get("hardware", platform.machine())),
        losses=read_curve(folder / LOSSES),
        held_out=read_curve(folder / HELD_OUT),
    )
