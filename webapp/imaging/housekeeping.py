"""What nobody asks for and somebody must do: expired tile addresses, packs without a row, a cache that grows."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from webapp.imaging.pack_store import cache_trim
from webapp.imaging.services import packs_sweep, tiles_sweep

logger = logging.getLogger(__name__)

EVERY_S = 60 * 60.0


class Housekeeping:
    """Sweeps once an hour; a worker calls it with every heartbeat. Two workers that sweep at once do no harm.

    Args:
        every_s: seconds between sweeps.
        clock: seconds that only grow.
    """

    def __init__(self, every_s: float = EVERY_S, clock: Callable[[], float] = time.monotonic) -> None:
        self._every_s, self._clock = every_s, clock
        self._due = clock()  # the first call sweeps

    def __call__(self) -> bool:
        """Sweep when it is time, and tell whether it was."""
        if self._clock() < self._due:
            return False
        self._due = self._clock() + self._every_s
        aliases, packs = tiles_sweep(), packs_sweep()
        cache_trim()
        if packs:
            logger.info("housekeeping: %d tile addresses and %d stray packs removed", aliases, packs)
        return True


housekeeping = Housekeeping()
