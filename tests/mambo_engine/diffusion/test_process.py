from __future__ import annotations

import pytest
import torch

from mambo_engine.config import PREDICTIONS, ScheduleConfig
from mambo_engine.diffusion.process import eps_from_x_0, noised, prediction_target, x_0_from_prediction
from mambo_engine.diffusion.schedule import build_schedule

SCHEDULE = build_schedule(ScheduleConfig())


@pytest.mark.parametrize("prediction", PREDICTIONS)
@pytest.mark.parametrize("t", [1, 300, 1000])
def test_the_target_leads_back_to_x_0_and_eps(prediction: str, t: int) -> None:
    generator = torch.Generator().manual_seed(1)
    x_0, eps = (torch.randn(2, 1, 4, 4, generator=generator, dtype=torch.float64) for _ in range(2))
    x_t = noised(SCHEDULE, x_0, t, eps)
    target = prediction_target(SCHEDULE, x_0, t, eps, prediction=prediction)
    found = x_0_from_prediction(SCHEDULE, x_t, t, target, prediction=prediction)
    torch.testing.assert_close(found, x_0, atol=1e-9, rtol=0)
    torch.testing.assert_close(eps_from_x_0(SCHEDULE, x_t, t, found), eps, atol=1e-6, rtol=0)


def test_noised_takes_one_timestep_per_example() -> None:
    x_0, eps = torch.ones(2, 1, 2, 2), torch.zeros(2, 1, 2, 2)
    x_t = noised(SCHEDULE, x_0, torch.tensor([1, 1000]), eps)
    assert float(x_t[0].mean()) == pytest.approx(float(SCHEDULE.signal(1)))
    assert float(x_t[1].mean()) == pytest.approx(float(SCHEDULE.signal(1000)))
