"""Cycle spinning: the patch is moved and moved back, and what a network does the same at each step cancels."""

from __future__ import annotations

import pytest
import torch

from mambo_engine.config import ScheduleConfig
from mambo_engine.diffusion.process import noised, prediction_target
from mambo_engine.diffusion.schedule import build_schedule
from mambo_engine.samplers.guidance import GuidedPredictor
from mambo_engine.samplers.spinning import fill_border, moved, moved_back, step_offsets

SCHEDULE = build_schedule(ScheduleConfig())
X = torch.randn((2, 3, 8, 8), generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("offset", [(0, 0), (1, 0), (0, 1), (1, 1), (3, 2)])
def test_moving_back_undoes_moving_but_at_the_border(offset: tuple[int, int]) -> None:
    rows, columns = offset
    back = moved_back(moved(X, offset), offset)
    assert torch.equal(back[:, :, rows:, columns:], X[:, :, rows:, columns:])
    assert moved(X, offset).shape == X.shape


def test_moving_shows_what_lies_below_and_right() -> None:
    assert torch.equal(moved(X, (1, 2))[:, :, :-1, :-2], X[:, :, 1:, 2:])
    assert torch.equal(moved(X, (1, 0))[:, :, -1], X[:, :, -1])


@pytest.mark.parametrize("period", [2, 3])
def test_offsets_take_all_places_in_turn_and_end_unmoved(period: int) -> None:
    timesteps = tuple(range(40, -1, -1))
    offsets = step_offsets(timesteps, period)
    assert set(offsets) == set(range(1, 41))
    assert offsets[1] == (0, 0)
    assert {offsets[t] for t in range(1, period**2 + 1)} == {(r, c) for r in range(period) for c in range(period)}


def test_offsets_of_a_network_without_a_stem_are_none() -> None:
    assert step_offsets((5, 3, 0), 1) == {}


def test_neighbors_in_time_cancel_a_lattice() -> None:
    """A network that adds the same lattice at each step: over one turn, what comes back has none."""
    lattice = torch.zeros((1, 1, 8, 8))
    lattice[:, :, ::2, ::2] = 1.0
    offsets = step_offsets(range(4, -1, -1), 2)
    told = torch.stack([moved_back(lattice, offsets[t]) for t in (4, 3, 2, 1)]).mean(dim=0)
    assert torch.equal(told[:, :, 1:, 1:], torch.full((1, 1, 7, 7), 0.25))


def test_predictor_shows_the_network_the_moved_patch_and_its_contexts() -> None:
    seen = []

    def network(x: torch.Tensor, t: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        seen.append(x)
        return x[:, :1]

    x_t, contexts = X[:, :1], X[:, 1:]
    how = {"denoiser": network, "schedule": SCHEDULE, "prediction": "x_0", "contexts": contexts}
    spun = GuidedPredictor(**how, offsets={7: (1, 1)})  # type: ignore[arg-type]
    found = spun(x_t, 7)
    assert torch.equal(seen[0], moved(X, (1, 1)))
    assert torch.equal(found[:, :, 1:, 1:], x_t[:, :, 1:, 1:])
    assert torch.equal(spun(x_t, 6), x_t)


@pytest.mark.parametrize("prediction", ["eps", "v"])
@pytest.mark.parametrize("t", [20, 500, 1000])
def test_border_that_the_network_did_not_see_is_as_lively_as_the_rest(prediction: str, t: int) -> None:
    """With a network that is always right: the steps of the first row and column are neither noise nor none."""
    generator = torch.Generator().manual_seed(3)
    clean = 0.1 * torch.randn((64, 1, 32, 32), generator=generator).cumsum(2).cumsum(3)
    noise = torch.randn(clean.shape, generator=generator)
    x_t = noised(SCHEDULE, clean, t, noise)
    right = prediction_target(SCHEDULE, clean, t, noise, prediction=prediction)

    def network(x: torch.Tensor, t: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        return moved(right, (1, 1))

    spun = GuidedPredictor(network, SCHEDULE, prediction, torch.zeros((64, 0, 32, 32)), offsets={t: (1, 1)})
    found = spun(x_t, t)
    assert torch.allclose(found[:, :, 1:, 1:], clean[:, :, 1:, 1:], atol=1e-2)
    error = (found - clean).square().mean(dim=(0, 1))
    step = (clean[..., 1:] - clean[..., :-1]).square().mean(dim=(0, 1)).mean()
    # Never worse than the pixel beside; with little noise nearly right.
    assert error[1:, 0].mean() < 1.2 * step
    if t == 20:
        assert error[1:, 0].mean() < 0.1 * step


def test_a_flat_border_stays_flat_without_noise_and_with_it() -> None:
    flat = torch.full((1, 1, 8, 8), 0.4)
    assert torch.equal(fill_border(flat, flat, (1, 1), 0.0), flat)
    assert torch.equal(fill_border(flat, flat + X[:1, :1], (1, 1), 1.0), flat)
