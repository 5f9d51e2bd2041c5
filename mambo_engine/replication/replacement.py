"""Table 3: a classifier trained on real pictures of which a growing share is replaced by drawn ones.

A drawn picture takes the place of a real one and is drawn with that one's labels; the test pictures are real and
of other patients. Of two shares the larger one replaces all that the smaller one does, and more.

Source: paper sec. 4.3, tab. 3 (pictures of middle resolution, in steps of 10 %). Its classifier, its classes and
its data are not taken over; the command prints what differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mambo_engine.config import STAGES, GeometryConfig, IntensityConfig, require
from mambo_engine.data.intensity import linear_from_network
from mambo_engine.errors import DataError
from mambo_engine.evaluation.bootstrap import bootstrap
from mambo_engine.evaluation.label_examples import fitted_array
from mambo_engine.evaluation.patch_drawing import Canvases
from mambo_engine.replication.classifier import ClassifierSettings, scores, train_classifier
from mambo_engine.replication.scores import auc, f1, recall
from mambo_engine.replication.table import Measured, Row, Table

Images = NDArray[np.float32]
LEAST = 3
"""Patients of each class in the test set: below, resampling is no use."""

PAPER = {
    0.0: {"AUC": ".744", "recall": ".404", "F1": ".550"},
    0.5: {"AUC": ".720", "recall": ".752", "F1": ".689"},
}
FIGURES: Mapping[str, Callable[[NDArray[np.floating], NDArray[np.bool_]], float]] = {
    "AUC": auc,
    "recall": recall,
    "F1": f1,
}
CHANGE = "AUC, change from 0 %"


@dataclass(frozen=True)
class ReplacementSettings:
    """What table 3 is run with.

    Attributes:
        label: that is read off the pictures.
        positive: its values that count as positive.
        negative: its values that count as negative; pictures with any other are left out.
        shares: of the training set that is replaced, 0..1, rising from 0.
        seeds: trainings a share.
        stage: canvas that is compared: global, local or patch.
        classifier: network and training.
    """

    label: str = "density"
    positive: tuple[str, ...] = ("C", "D")
    negative: tuple[str, ...] = ("A", "B")
    shares: tuple[float, ...] = (0.0, 0.25, 0.5, 0.75, 1.0)
    seeds: int = 5
    stage: str = "local"
    classifier: ClassifierSettings = field(default_factory=ClassifierSettings)

    def __post_init__(self) -> None:
        """Check classes, shares, seeds and stage."""
        both = set(self.positive) & set(self.negative)
        require(not both, f"positive and negative: got {', '.join(sorted(both))} in both, expected one")
        require(bool(self.positive) and bool(self.negative), "positive and negative: expected values in each")
        rising = list(self.shares) == sorted({*self.shares, 0.0}) and max(self.shares) <= 1
        require(rising, f"shares: got {self.shares}, expected rising from 0, at most 1")
        require(self.seeds >= 2, f"seeds: got {self.seeds}, expected at least 2")
        require(self.stage in STAGES, f"stage: got {self.stage!r}, expected one of {', '.join(STAGES)}")


@dataclass(frozen=True)
class Cases:
    """Pictures of known class.

    Attributes:
        images: (n, side, side) on the linear scale.
        truth: (n,) which are positive.
        patients: (n,) whose they are.
    """

    images: Images
    truth: NDArray[np.bool_]
    patients: tuple[str, ...]

    def check(self, name: str) -> None:
        """Check that there is something to learn from, or to test on.

        Raises:
            DataError: too few patients of a class.
        """
        for kind in (True, False):
            found = len({who for who, is_kind in zip(self.patients, self.truth == kind, strict=True) if is_kind})
            word = "positive" if kind else "negative"
            if found < LEAST:
                raise DataError(f"{name}: got {found} patients with {word} pictures, expected at least {LEAST}")


def at_stage(image: Images, stage: str, side: int, geometry: GeometryConfig, intensity: IntensityConfig) -> Images:
    """A real picture (size, size) as the drawn ones come: shrunk to a stage's canvas, then to `side`.

    Raises:
        DataError: a picture of another side.
    """
    canvas = Canvases.of(image, geometry, intensity).canvas(stage)
    return fitted_array(linear_from_network(canvas, intensity), side)


def replaced(truth: NDArray[np.bool_], share: float, seed: int) -> NDArray[np.bool_]:
    """Which pictures (n,) are replaced: the same share of each class, more of the same as the share grows."""
    found, generator = np.zeros(len(truth), dtype=bool), np.random.default_rng(seed)
    for kind in (False, True):
        members = np.flatnonzero(truth == kind)
        found[generator.permutation(members)[: round(share * len(members))]] = True
    return found


def cell(
    real: Cases, drawn: Images, test: Images, *, share: float, seed: int, settings: ClassifierSettings
) -> NDArray[np.float32]:
    """Train once and score the test pictures.

    Args:
        real: training pictures.
        drawn: (n, side, side), each with the labels of the real one at its place.
        test: (m, side, side).
        share: that is replaced.
        seed: of the choice, the weights and the order.
        settings: of the classifier.

    Returns:
        (m,) probability that each is positive.
    """
    chosen = replaced(real.truth, share, seed)
    images = np.where(chosen[:, None, None], drawn, real.images)
    return scores(train_classifier(images, real.truth, settings, seed), test).astype(np.float32)


def replacement_table(
    found: NDArray[np.floating],
    test: Cases,
    settings: ReplacementSettings,
    *,
    differs: Sequence[str],
    notes: Sequence[str] = (),
    seed: int = 0,
    repeats: int = 1000,
) -> Table:
    """The table of all trainings.

    Args:
        found: scores (shares, seeds, m) of the test pictures.
        test: the test pictures.
        settings: that gave them.
        differs: from the paper.
        notes: for the reader.
        seed: of the resampling.
        repeats: resampled sets an interval.
    """
    resampled = _Resampled(found, test, seed, repeats)
    rows = []
    for index, share in enumerate(settings.shares):
        ours = {name: resampled.figure(index, name) for name in FIGURES}
        if index:
            ours[CHANGE] = resampled.change(index)
        rows.append(Row(f"{100 * share:g} %", ours, PAPER.get(share, {})))
    told = f"{repeats} resampled sets of whole test patients and of trainings; 95 % intervals"
    return Table(
        name="table-3",
        title="Tab. 3: classifier, real pictures replaced by drawn ones",
        heading="drawn",
        columns=(*FIGURES, CHANGE),
        paper_columns=tuple(FIGURES),
        rows=tuple(rows),
        differs=tuple(differs),
        notes=(*notes, told),
    )


@dataclass(frozen=True)
class _Resampled:
    """Figures over test patients and trainings, both resampled; the same sets for every share."""

    found: NDArray[np.floating]
    test: Cases
    seed: int
    repeats: int

    def figure(self, share: int, name: str) -> Measured:
        return self._bootstrap(lambda rows, seed: self._one(share, name, rows, seed))

    def change(self, share: int) -> Measured:
        return self._bootstrap(
            lambda rows, seed: self._one(share, "AUC", rows, seed) - self._one(0, "AUC", rows, seed)
        )

    def _one(self, share: int, name: str, rows: NDArray[np.intp], seed: int) -> float:
        return FIGURES[name](self.found[share, seed, rows], self.test.truth[rows])

    def _bootstrap(self, figure: Callable[[NDArray[np.intp], int], float]) -> Measured:
        _, at = np.unique(self.test.patients, return_inverse=True)
        members = [np.flatnonzero(at == number) for number in range(int(at.max()) + 1)]

        def statistic(patients: NDArray[np.intp], seeds: NDArray[np.intp]) -> float:
            rows = np.concatenate([members[number] for number in patients])
            return float(np.mean([figure(rows, int(seed)) for seed in seeds]))

        count = self.found.shape[1]
        return Measured.of(bootstrap(statistic, len(members), count, seed=self.seed, repeats=self.repeats))
