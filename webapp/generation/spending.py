"""What a drawing costs, measured in the process that draws."""

from __future__ import annotations

import time
from collections.abc import Callable

from webapp.generation.services.attempts import Spent


class Meter:
    """Tells at each call what was spent since the last one.

    Args:
        on_card: whether the drawing holds a card; the time then counts as the card's too.
        shared_by: how many pictures are drawn together; each bears the same part.
        processor: clock of the processor seconds of this process.
        clock: clock on the wall.
    """

    def __init__(
        self,
        *,
        on_card: bool,
        shared_by: int = 1,
        processor: Callable[[], float] = time.process_time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._on_card, self._shared_by, self._processor, self._clock = on_card, shared_by, processor, clock
        self._cpu, self._wall = processor(), clock()

    def __call__(self) -> Spent:
        """Return what was spent since the last call."""
        cpu, wall = self._processor(), self._clock()
        spent = Spent(
            (cpu - self._cpu) / self._shared_by, (wall - self._wall) / self._shared_by if self._on_card else 0.0
        )
        self._cpu, self._wall = cpu, wall
        return spent
