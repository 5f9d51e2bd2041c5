from __future__ import annotations

import numpy as np

from mambo_engine.cascade.result import without_air
from mambo_engine.config import IntensityConfig


def test_without_air_keeps_the_breast_and_clears_the_rest() -> None:
    canvas = np.full((64, 64), -0.999, np.float32)
    canvas[20:40, :30] = 0.1
    canvas[25:28, 10:13] = -1.0
    canvas[5:8, 55:58] = 0.0
    cleared = without_air(canvas, IntensityConfig())
    assert np.array_equal(cleared[20:40, :30], canvas[20:40, :30])
    assert np.all(cleared[:, 40:] == -1.0)
