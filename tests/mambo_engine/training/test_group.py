"""One process alone; several are proven in test_runs."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from mambo_engine.errors import TrainingError
from mambo_engine.training.group import Group, join_group, local_device
from mambo_engine.training.settings import TrainingConfig


@pytest.mark.parametrize(("batch", "size"), [(8, 2), (5, 3), (4, 4)])
def test_the_shares_of_a_batch_make_the_batch(batch: int, size: int) -> None:
    shares = [list(Group(rank, size).rows(batch)) for rank in range(size)]
    assert sorted(row for share in shares for row in share) == list(range(batch))


def test_a_batch_smaller_than_the_group_is_refused() -> None:
    with pytest.raises(TrainingError, match="batch: got 2, expected at least the number of processes, 3"):
        Group(0, 3).rows(2)


def test_a_process_alone_keeps_its_own_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    group = join_group(torch.device("cpu"))
    parameter = nn.Parameter(torch.zeros(2))
    parameter.grad = torch.ones(2)
    assert group == Group()
    assert group.leads
    assert float(group.sum_gradients([parameter], torch.tensor(3.0))) == 3.0
    assert parameter.grad.tolist() == [1.0, 1.0]
    assert group.highest(0.25, torch.device("cpu")) == 0.25
    assert group.gather([3, 4], torch.device("cpu")) == [(3, 4)]
    group.agree(7, torch.device("cpu"), "iteration")


def test_devices_are_named_as_torch_names_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert local_device("auto") == torch.device("cpu")
    with pytest.raises(TrainingError, match="device: got 'abacus'"):
        local_device("abacus")
    with pytest.raises(TrainingError, match="finds no CUDA device"):
        local_device("cuda")


@pytest.mark.parametrize(
    ("share", "accumulate", "largest", "passes"),
    [(8, 1, 0, 1), (2, 1, 2, 1), (8, 1, 2, 4), (5, 1, 2, 3), (8, 3, 4, 3), (8, 4, 0, 4)],
)
def test_a_larger_share_takes_more_passes(share: int, accumulate: int, largest: int, passes: int) -> None:
    assert TrainingConfig(accumulate=accumulate, largest_part=largest).passes(share) == passes
