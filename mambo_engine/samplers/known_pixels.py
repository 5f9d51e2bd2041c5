"""The known-pixel rule: pixels that a neighbor owns stay on their exact path from noise to value.

Source: paper sec. 3.2.2 and 10 (at each t the matching amount of noise is added to the known pixels). Ours
also replaces the estimate of x_0, which the multistep solvers keep in their history, and restores the values at
the end.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from mambo_engine.diffusion.process import noised
from mambo_engine.diffusion.schedule import Schedule


@dataclass(frozen=True)
class KnownPixels:
    """Which pixels of a batch of patches are known, and their values.

    Attributes:
        mask: bool (B, 1, H, W), true where the value is known.
        values: network values (B, 1, H, W); only those under the mask count.
        redraw: draw the noise of the known pixels anew at each step (RePaint) instead of keeping it.
    """

    mask: torch.Tensor
    values: torch.Tensor
    redraw: bool = False

    def pin_x_0(self, x_0: torch.Tensor) -> torch.Tensor:
        """Return the estimate of x_0 with the known values in place."""
        return torch.where(self.mask, self.values, x_0)

    def pin_x_t(self, schedule: Schedule, x_t: torch.Tensor, t: int, eps: torch.Tensor) -> torch.Tensor:
        """Return x_t with the known values noised to step t by `eps` (B, 1, H, W)."""
        return torch.where(self.mask, noised(schedule, self.values, t, eps), x_t)
