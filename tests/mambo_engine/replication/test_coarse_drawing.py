from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.sampling import ImageRequest
from mambo_engine.errors import ConfigError
from mambo_engine.replication.coarse_drawing import draw_until

REQUEST = ImageRequest({"view": "CC", "density": "C"}, 7)


def test_the_first_stages_alone_give_what_the_whole_drawing_gives(tiny_cascade: Cascade) -> None:
    whole = tiny_cascade.sample(REQUEST.labels, REQUEST.seed)
    assert np.array_equal(draw_until(tiny_cascade, REQUEST, "global"), whole.global_image)
    assert np.allclose(draw_until(tiny_cascade, REQUEST, "local"), whole.local_image, atol=1e-5)


def test_an_unknown_stage_or_label_is_refused(tiny_cascade: Cascade) -> None:
    with pytest.raises(ConfigError, match="stage: got 'mid'"):
        draw_until(tiny_cascade, REQUEST, "mid")
    with pytest.raises(ConfigError, match="density"):
        draw_until(tiny_cascade, ImageRequest({"density": "E"}), "global")
