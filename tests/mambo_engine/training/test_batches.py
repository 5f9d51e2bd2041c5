from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from mambo_engine.training.batches import Batches
from mambo_engine.training.cache import phantom_cache
from mambo_engine.training.examples import Examples
from mambo_engine.training.experiment import Experiment, read_experiment


@pytest.fixture
def experiment(experiment_file: Path) -> Experiment:
    return read_experiment(experiment_file)


@pytest.fixture
def examples(experiment: Experiment, tmp_path: Path) -> Examples:
    cache = phantom_cache(tmp_path, count=4, size=64, seed=10)
    return Examples("patch", cache, experiment.geometry, experiment.intensity, aligned=True)


def batches(
    experiment: Experiment, examples: Examples, rows: range | None = None, *, workers: int = 0, noise: float = 0.05
) -> Batches:
    training = replace(experiment.training["patch"], batch=6, workers=workers, context_noise=noise)
    return Batches(examples, experiment.stages["patch"], training, rows)


def test_shares_of_a_batch_are_the_rows_of_the_whole(experiment: Experiment, examples: Examples) -> None:
    whole = batches(experiment, examples).draw(3)
    for rank in range(2):
        share = batches(experiment, examples, range(rank, 6, 2)).draw(3)
        assert torch.equal(share.x, whole.x[rank::2])
        assert torch.equal(share.eps, whole.eps[rank::2])
        assert torch.equal(share.t, whole.t[rank::2])
        assert share.labels is not None
        assert whole.labels is not None
        assert torch.equal(share.labels, whole.labels[rank::2])


def test_threads_draw_the_same_batches(experiment: Experiment, examples: Examples) -> None:
    threaded = batches(experiment, examples, workers=2)
    plain = batches(experiment, examples)
    for iteration in (0, 1, 7):
        assert torch.equal(threaded.draw(iteration).x, plain.draw(iteration).x)
    threaded.close()


def test_iterations_differ_and_repeat(experiment: Experiment, examples: Examples) -> None:
    source = batches(experiment, examples)
    assert torch.equal(source.draw(5).eps, source.draw(5).eps)
    assert not torch.equal(source.draw(5).eps, source.draw(6).eps)
    t = torch.cat([source.draw(iteration).t for iteration in range(50)])
    assert 1 <= int(t.min()) < 50
    assert 950 < int(t.max()) <= 1000


def test_context_noise_leaves_the_target_alone(experiment: Experiment, examples: Examples) -> None:
    noisy, clean = (batches(experiment, examples, noise=noise).draw(2).x for noise in (0.3, 0.0))
    assert torch.equal(noisy[0, :1], clean[0, :1])
    assert float((noisy[0, 1:] - clean[0, 1:]).abs().max()) > 0


def test_parts_cover_a_batch_in_order(experiment: Experiment, examples: Examples) -> None:
    whole = batches(experiment, examples).draw(0)
    parts = list(whole.parts(4))
    assert [len(part) for part in parts] == [2, 2, 1, 1]
    assert torch.equal(torch.cat([part.x for part in parts]), whole.x)
    assert len(list(whole.parts(9))) == 6
