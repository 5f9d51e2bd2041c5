"""From a network to an estimate of x_0: contexts put back at every step, labels, guidance, precision.

Source: paper Alg. 2 (contexts re-enter unchanged); Ho and Salimans, arXiv 2207.12598 (classifier-free guidance).
The weights sum to 1, so mixing outputs is the same for eps, x_0 and v.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch

from mambo_engine.diffusion.process import x_0_from_prediction
from mambo_engine.diffusion.schedule import Schedule
from mambo_engine.samplers.spinning import Offset, fill_border, moved, moved_back
from mambo_engine.types import Denoiser

LEAST_SIGNAL = 1e-3  # a schedule may end in noise alone, which nothing can be divided by


@dataclass(frozen=True)
class GuidedPredictor:
    """A CleanPredictor for one batch of patches.

    Attributes:
        denoiser: the stage's network.
        schedule: its noise schedule.
        prediction: eps, x_0 or v.
        contexts: clean channels (B, C - 1, H, W).
        labels: indices (B, fields), 0 = null, or None.
        guidance: weight w of output = null + w (labeled - null); 1 needs one pass, others two as one batch.
        bf16: run the network in bfloat16; the arithmetic of the schedule stays in float32.
        first_timestep: number that the network is given for t = 1.
        offsets: rows and columns that the network sees the patch moved by, by timestep; see `samplers.spinning`.
    """

    denoiser: Denoiser
    schedule: Schedule
    prediction: str
    contexts: torch.Tensor
    labels: torch.Tensor | None = None
    guidance: float = 1.0
    bf16: bool = False
    first_timestep: int = 1
    offsets: Mapping[int, Offset] = field(default_factory=dict)

    def __call__(self, x_t: torch.Tensor, t: int) -> torch.Tensor:
        """Estimate x_0 (B, 1, H, W) from `x_t` (B, 1, H, W) at step `t`."""
        offset = self.offsets.get(t, (0, 0))
        seen = moved(torch.cat((x_t, self.contexts), dim=1), offset)
        with torch.autocast(x_t.device.type, torch.bfloat16, enabled=self.bf16):
            output = self._output(seen, t).float()
        clean = x_0_from_prediction(self.schedule, seen[:, :1], t, output, prediction=self.prediction)
        if offset == (0, 0):
            return clean
        signal = max(float(self.schedule.signal(t)), LEAST_SIGNAL)
        noise = float(self.schedule.noise(t))
        return fill_border(moved_back(clean, offset), x_t / signal, offset, noise / signal)

    def _output(self, x: torch.Tensor, t: int) -> torch.Tensor:
        labels = self.labels
        steps = torch.full((len(x),), t - 1 + self.first_timestep, device=x.device)
        if labels is None or self.guidance == 1.0 or not bool(labels.any()):
            return self.denoiser(x, steps, labels)[:, :1]
        both = torch.cat((labels, torch.zeros_like(labels)))
        labeled, null = self.denoiser(torch.cat((x, x)), torch.cat((steps, steps)), both)[:, :1].chunk(2)
        return null + self.guidance * (labeled - null)
