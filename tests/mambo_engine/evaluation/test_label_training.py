from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from mambo_engine.errors import ConfigError, DataError
from mambo_engine.evaluation.label_card import SourceFacts, label_card
from mambo_engine.evaluation.label_examples import LabeledImages
from mambo_engine.evaluation.label_training import LabelTraining, held_out_accuracy, label_loss, train_labels

FIELDS = {"view": ("CC", "MLO")}


def bright_or_dark(count: int = 8) -> LabeledImages:
    labels = np.arange(count)[:, None] % 2
    images = np.full((count, 64, 64), 400, dtype=np.uint16) + (2400 * labels[:, :, None]).astype(np.uint16)
    return LabeledImages("made up", images, 4095, labels.astype(np.int64))


def test_a_label_that_shows_is_learned() -> None:
    training = LabelTraining(FIELDS, iterations=40, batch=8, side=32, learning_rate=0.005)
    network = train_labels([bright_or_dark()], training)
    assert held_out_accuracy(network, bright_or_dark(4), FIELDS) == {"view": 1.0}


def test_training_is_a_function_of_its_seed() -> None:
    losses: list[list[float]] = [[], []]
    for run in losses:
        train_labels(
            [bright_or_dark()],
            LabelTraining(FIELDS, iterations=3, batch=4, side=32, seed=3),
            lambda _, loss, run=run: run.append(loss),
        )
    assert losses[0] == losses[1]
    assert len(losses[0]) == 3


def test_unknown_labels_do_not_count() -> None:
    answers = {"view": torch.zeros(2, 2), "density": torch.zeros(2, 4)}
    assert label_loss(answers, torch.tensor([[0, -1], [-1, -1]])) == pytest.approx(math.log(2))
    assert label_loss(answers, torch.tensor([[0, 3], [1, -1]])) == pytest.approx(math.log(2) + math.log(4))
    with pytest.raises(DataError, match="without any label"):
        label_loss(answers, torch.full((2, 2), -1))


def test_fields_without_a_known_label_are_left_out() -> None:
    training = LabelTraining(FIELDS, iterations=1, batch=2, side=32)
    network = train_labels([bright_or_dark()], training)
    images = bright_or_dark(4)
    unknown = LabeledImages("unknown", images.images, 4095, np.full((4, 1), -1))
    assert held_out_accuracy(network, unknown, FIELDS) == {}


def test_what_cannot_be_trained_on_is_refused() -> None:
    none = LabeledImages("none", np.zeros((0, 8, 8), np.uint16), 255, np.zeros((0, 1), np.int64))
    with pytest.raises(DataError, match="a source without pictures"):
        train_labels([none], LabelTraining(FIELDS))
    with pytest.raises(DataError, match=r"made up: got labels of shape \(8, 1\), expected \(8, 3\)"):
        train_labels([bright_or_dark()], LabelTraining())
    with pytest.raises(ConfigError, match="iterations: got 0"):
        LabelTraining(iterations=0)


def test_the_card_says_what_was_trained_on_and_how_well_it_reads() -> None:
    source = SourceFacts("cesm", "images of women", "CC-BY-4.0", "Somebody (2021)", trained=211, held_out=57)
    card = label_card(
        LabelTraining(), [source], {"cesm": {"view": 0.875}}, losses=[(10, 2.5)], seconds=90, command="python -m x"
    )
    for line in (
        "| cesm | view | 0.88 | 57 | 0.50 |",
        "Somebody (2021)",
        "1.5 minutes",
        "| 10 | 2.500 |",
        "not FID",
    ):
        assert line in card
