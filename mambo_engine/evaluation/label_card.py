"""The card of a trained label extractor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mambo_engine.evaluation.label_training import LabelTraining

INTENDED = "Comparing sets of generated mammograms: Fréchet distance, neighbors, labels read back."
NOT_FOR = "Diagnosis, reading of patients' images, or distances beside published FID values."


@dataclass(frozen=True)
class SourceFacts:
    """What is told of one source of pictures.

    Attributes:
        name: of the experiment.
        about: what the pictures are.
        license: of what is trained on them.
        attribution: who is to be named.
        trained: pictures trained on.
        held_out: pictures held out, of other patients.
    """

    name: str
    about: str
    license: str
    attribution: str
    trained: int
    held_out: int


def label_card(
    training: LabelTraining,
    sources: Sequence[SourceFacts],
    accuracy: Mapping[str, Mapping[str, float]],
    *,
    losses: Sequence[tuple[int, float]],
    seconds: float,
    command: str,
) -> str:
    """Return the Markdown text of the card.

    Args:
        training: settings.
        sources: what was trained on.
        accuracy: on held-out pictures, by source and field.
        losses: (iteration, mean loss) on the way.
        seconds: of processor time.
        command: that made it.
    """
    fields = "; ".join(f"{name} {', '.join(values)}" for name, values in training.network.fields.items())
    rows = [(one.name, one.about, one.trained, one.held_out, one.license) for one in sources]
    chance = {name: 1 / len(values) for name, values in training.fields.items()}
    read = [
        (one.name, name, f"{share:.2f}", one.held_out, f"{chance[name]:.2f}")
        for one in sources
        for name, share in accuracy.get(one.name, {}).items()
    ]
    parts = [
        "# Label extractor `labels-256`",
        "A small network that reads labels off a mammogram. What it pools before its answers are features, by "
        "which sets of pictures are compared. It works out of the box; its Fréchet distances are not FID.",
        f"Reads: {fields}. Sharpness is how much an example was blurred, which training knows by itself.",
        "## Trained on",
        _table(("source", "what", "pictures", "held out", "license"), rows),
        *(one.attribution for one in sources if one.attribution),
        f"{training.iterations:,} steps of {training.batch} examples, two in three of them whole pictures, the "
        f"others crops at full resolution; AdamW, highest rate {training.learning_rate:g} in one cycle; "
        f"seed {training.seed}; {seconds / 60:.1f} minutes of processor time on one core. Made by:",
        f"    {command}",
        _table(("step", "loss, summed over the fields"), [(f"{step:,}", f"{loss:.3f}") for step, loss in losses]),
        "## Read right on held-out pictures",
        _table(("source", "field", "share", "pictures", "share by guessing evenly"), read),
        "## Use",
        f"Intended for: {INTENDED}",
        f"Not to be used for: {NOT_FOR}",
    ]
    return "\n\n".join(parts) + "\n"


def _table(heading: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
