"""Noise as a pure function of (seed, image, stage, row, column, key): no shared stream.

Order of patches, size of batches, skipping and resuming therefore can't change an image. The generator is Philox,
a counter-based one: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mambo_engine.cascade.grid import Patch
from mambo_engine.config import STAGES
from mambo_engine.errors import ConfigError

SEED_LIMIT = 2**63


def check_seed(seed: int) -> None:
    """Raise ConfigError unless 0 <= seed < 2^63."""
    if not 0 <= seed < SEED_LIMIT:
        raise ConfigError(f"seed: got {seed}, expected 0..2^63 - 1")


def patch_noise(
    seed: int, stage: str, patch: Patch, key: int, *, size: int, image: int = 0
) -> NDArray[np.float32]:
    """Standard normal noise (size, size) of one patch.

    Args:
        seed: of the image, 0 <= seed < 2^63.
        stage: global, local or patch.
        patch: its row and column count, its pixels do not.
        key: 0 is the fixed noise; samplers count upwards.
        size: side of the patch, px.
        image: number of the image within the seed.
    """
    counter = (0, key, (patch.row << 32) | patch.column, STAGES.index(stage))  # type: ignore[arg-type]
    bits = np.random.Philox(
        key=np.array((seed, image), dtype=np.uint64), counter=np.array(counter, dtype=np.uint64)
    )
    return np.random.Generator(bits).standard_normal((size, size), dtype=np.float32)
