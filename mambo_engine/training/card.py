"""The model card of a trained experiment: data, settings, curve, hours and hardware, and what it is not for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from mambo_engine.config import NetworkConfig, StageConfig
from mambo_engine.training.experiment import Experiment
from mambo_engine.training.settings import TrainingConfig

INTENDED = "Research on generated mammograms: reader studies, tests of software, teaching."
NOT_FOR = (
    "Diagnosis, training of diagnostic models without a separate check on real images, or evidence about patients."
)
CURVE_ROWS = 10
NOT_SETTINGS = {"init_skip", "workers", "log_every", "validate_every", "validation_examples", "pictures_every"}


@dataclass(frozen=True)
class StageRun:
    """What one stage's training was.

    Attributes:
        iterations: steps done.
        examples: that were seen.
        hours: of wall time.
        hardware: in words.
        losses: (iteration, mean loss), training.
        held_out: (iteration, loss) on held-out images.
    """

    iterations: int
    examples: int
    hours: float
    hardware: str
    losses: Sequence[tuple[int, float]]
    held_out: Sequence[tuple[int, float]]


def training_card(experiment: Experiment, about: str, runs: Mapping[str, StageRun]) -> str:
    """Return the Markdown text of the card.

    Args:
        experiment: its settings and words.
        about: what it was trained on.
        runs: of each stage.
    """
    words = experiment.card
    parts = [
        f"# Bundle `{experiment.name}`",
        _facts(experiment, about),
        "## Training",
        _runs(runs),
        "Settings that differ from the paper's: " + _departures(experiment) + ".",
        "Loss on the way (mean squared error of what each network predicts):",
        *(_curve(stage, run) for stage, run in runs.items()),
        "## Use",
        f"Intended for: {words.get('intended', INTENDED)}",
        f"Not to be used for: {words.get('not_for', NOT_FOR)}",
        "## Quality",
        words.get("quality", "Nothing has been measured on the drawn images yet."),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(heading: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def _facts(experiment: Experiment, about: str) -> str:
    geometry, defaults, data = experiment.geometry, experiment.defaults, experiment.data
    mid, full = geometry.mid_size, geometry.size
    labels = "; ".join(f"{name} {', '.join(values)}" for name, values in data.vocabulary.items())
    sampler = f"{defaults.sampler}, {defaults.steps} steps, guidance {defaults.guidance:g}"
    rows = [
        ("image", f"{geometry.patch_size} → {mid} → {full} px, {experiment.intensity.bits} bit"),
        ("trained on", about),
        ("labels", f"{labels}; each may be left open" if labels else "none"),
        ("sampler", sampler),
        ("license", experiment.license),
    ]
    if data.attribution:
        rows.append(("attribution", data.attribution))
    return _table(("", ""), rows)


def _runs(runs: Mapping[str, StageRun]) -> str:
    heading = ("stage", "iterations", "examples", "hours", "on")
    rows = [
        (stage, f"{run.iterations:,}", f"{run.examples:,}", f"{run.hours:.1f}", run.hardware)
        for stage, run in runs.items()
    ]
    return _table(heading, rows)


def _departures(experiment: Experiment) -> str:
    """Settings that are not the defaults, each with the stages that it holds for."""
    found: dict[str, list[str]] = {}
    for stage, config in experiment.stages.items():
        plain = StageConfig(NetworkConfig(in_channels=config.network.in_channels))
        pairs = [
            *_differences(config, plain, {"network", "schedule"}),
            *_differences(config.network, plain.network, {"in_channels"}),
            *_differences(config.schedule, plain.schedule, set()),
            *_differences(experiment.training[stage], TrainingConfig(), {"iterations", *NOT_SETTINGS}),
        ]
        for pair in pairs:
            found.setdefault(pair, []).append(stage)
    every = list(experiment.stages)
    told = [text if stages == every else f"{text} ({', '.join(stages)})" for text, stages in found.items()]
    return "; ".join(told) or "none"


def _differences(config: Any, plain: Any, skipped: set[str]) -> list[str]:
    names = [item.name for item in fields(config) if item.name not in skipped]
    pairs = [(name, getattr(config, name)) for name in names if getattr(config, name) != getattr(plain, name)]
    return [f"{name} {', '.join(map(str, value)) if isinstance(value, tuple) else value}" for name, value in pairs]


def _curve(stage: str, run: StageRun) -> str:
    if not run.losses:
        return f"{stage}: no losses were logged."
    held_out = dict(run.held_out)
    last = len(run.losses) - 1
    picked = sorted({round(last * step / max(1, CURVE_ROWS - 1)) for step in range(CURVE_ROWS)})
    rows = []
    for index in picked:
        iteration, loss = run.losses[index]
        before = [at for at in held_out if at <= iteration]
        rows.append((f"{iteration:,}", f"{loss:.4f}", f"{held_out[max(before)]:.4f}" if before else "–"))
    return _table((f"{stage}: iteration", "training", "held out"), rows)
