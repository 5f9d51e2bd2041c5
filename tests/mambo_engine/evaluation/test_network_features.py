from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from mambo_engine.errors import ConfigError, DataError
from mambo_engine.evaluation.features import TextureExtractor, matched
from mambo_engine.evaluation.network_features import open_extractor
from mambo_engine.evaluation.network_file import BATCH, Feeding

Save = Callable[[torch.nn.Module], Path]
FEEDING = Feeding(side=16)


def pictures(count: int) -> np.ndarray:
    return np.random.default_rng(0).random((count, 32, 32))


def test_each_picture_has_its_row_whatever_the_batch(save_script: Save) -> None:
    torch.manual_seed(0)
    take = open_extractor(save_script(torch.nn.Conv2d(3, 5, 3)), feeding=FEEDING)
    images = pictures(BATCH + 3)
    found = take(images)
    assert found.values.shape == (BATCH + 3, 5)
    assert found.values[-1] == pytest.approx(take(images[-1:]).values[0], abs=1e-6)
    assert (found.extractor, found.digest) == ("tiny.pt (16 px x 3, -1..1)", take.digest)


def test_the_same_file_fed_otherwise_is_another_extractor(save_script: Save) -> None:
    path = save_script(torch.nn.Conv2d(3, 5, 3))
    one, other = (open_extractor(path, feeding=Feeding(side=side))(pictures(2)) for side in (16, 24))
    with pytest.raises(ConfigError, match="expected one extractor"):
        matched(one, other)


def test_what_is_no_features_is_refused(save_script: Save) -> None:
    take = open_extractor(save_script(torch.nn.Flatten(0)), feeding=FEEDING)
    with pytest.raises(ConfigError, match=r"returned \(1536,\), expected \(2, d\)"):
        take(pictures(2))
    with pytest.raises(DataError, match="got no picture"):
        take([])


def test_without_a_file_the_built_in_one_is_taken() -> None:
    assert open_extractor() == TextureExtractor()
