from __future__ import annotations

import torch

from mambo_engine.config import ScheduleConfig
from mambo_engine.diffusion.schedule import build_schedule
from mambo_engine.samplers.guidance import GuidedPredictor

SCHEDULE = build_schedule(ScheduleConfig())


class Recorder:
    """A denoiser whose output is the first label index; remembers its batch sizes."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.contexts: list[torch.Tensor] = []

    def __call__(self, x: torch.Tensor, t: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        self.batches.append(len(x))
        self.contexts.append(x[:, 1:])
        assert labels is not None
        return labels[:, :1, None, None].float().expand(-1, 1, *x.shape[2:])


def predicted(guidance: float, labels: list[list[int]]) -> tuple[torch.Tensor, Recorder]:
    recorder = Recorder()
    contexts = torch.randn(len(labels), 2, 4, 4)
    predictor = GuidedPredictor(recorder, SCHEDULE, "x_0", contexts, torch.tensor(labels), guidance)
    x_0 = predictor(torch.zeros(len(labels), 1, 4, 4), 500)
    assert torch.equal(recorder.contexts[0][: len(labels)], contexts)
    return x_0, recorder


def test_guidance_extrapolates_from_null_in_one_batch() -> None:
    x_0, recorder = predicted(1.5, [[4, 1], [2, 0]])
    assert recorder.batches == [4]
    assert x_0[:, 0, 0, 0].tolist() == [6.0, 3.0]


def test_guidance_of_one_or_null_labels_needs_a_single_pass() -> None:
    assert predicted(1.0, [[4, 1]])[1].batches == [1]
    assert predicted(3.0, [[0, 0]])[1].batches == [1]


def test_a_network_that_counts_from_zero_is_given_one_step_less() -> None:
    seen: list[int] = []

    def denoiser(x: torch.Tensor, t: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        seen.extend(t.tolist())
        return x[:, :1]

    for first in (0, 1):
        predictor = GuidedPredictor(denoiser, SCHEDULE, "eps", torch.zeros(1, 0, 4, 4), first_timestep=first)
        for t in (1000, 1):
            predictor(torch.zeros(1, 1, 4, 4), t)
    assert seen == [999, 0, 1000, 1]


def test_guidance_moves_several_labels_at_once_towards_each_images_own() -> None:
    class Sum(Recorder):
        def __call__(self, x: torch.Tensor, t: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
            assert labels is not None
            self.batches.append(len(x))
            return (labels * torch.tensor([1, 10, 100])).sum(1)[:, None, None, None].expand(-1, 1, 4, 4).float()

    denoiser, labels = Sum(), torch.tensor([[1, 2, 3], [4, 0, 0], [0, 0, 0]])
    predictor = GuidedPredictor(denoiser, SCHEDULE, "x_0", torch.zeros(3, 2, 4, 4), labels, 2.0)
    assert predictor(torch.zeros(3, 1, 4, 4), 500)[:, 0, 0, 0].tolist() == [642.0, 8.0, 0.0]
    assert denoiser.batches == [6]
