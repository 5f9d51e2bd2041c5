from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.cascade.cascade import Cascade
from mambo_engine.errors import DataError
from mambo_engine.evaluation.features import TextureExtractor
from mambo_engine.evaluation.patch_drawing import Canvases, Walk
from mambo_engine.evaluation.patch_settings import TableOne
from mambo_engine.evaluation.pictures import PictureSet

QUICK = {"patch": Walk(steps=1), "local": Walk(steps=1)}
TEXTURE = TextureExtractor(side=16, stride=16)


def picture_set(count: int = 6) -> PictureSet:
    images = np.zeros((count, 96, 96), dtype=np.float32)
    images[:, :, :64] = 0.5 + 0.1 * np.random.default_rng(0).random((count, 96, 64))
    return PictureSet(images, tuple(map(str, range(count))))


def table(cascade: Cascade, pictures: PictureSet, **settings: object) -> TableOne:
    return TableOne(cascade.stages, pictures, QUICK, repeats=20, **settings)  # type: ignore[arg-type]


def test_every_cell_is_there_and_noise_is_further_off_than_the_bound(tiny_cascade: Cascade) -> None:
    pictures = picture_set()
    stage = tiny_cascade.stages["patch"]
    pipeline = [Canvases.of(image, stage.geometry, stage.intensity) for image in pictures.images[:3]]
    done: list[int] = []
    asked = table(tiny_cascade, pictures, on_patch=done.append)
    found = {(one.stage, one.setting): one for one in asked.figures(TEXTURE, pipeline)}
    settings = ("ROI", "random", "pipeline", "bound")
    expected = [(name, setting) for name in ("patch", "local") for setting in settings]
    assert list(found) == [*expected, ("global", "pipeline"), ("global", "bound")]
    assert sum(done) == asked.count() == 2 * 4 * (6 + 3)
    assert found["patch", "ROI"].patches == (24, 24)
    assert found["patch", "random"].patches == (12, 12)
    assert found["patch", "pipeline"].patches == (12, 24)
    assert found["global", "bound"].patches == (3, 3)
    for name in ("patch", "local"):
        # An untrained network draws noise; "pipeline" holds real pictures here.
        assert found[name, "ROI"].distance.low > found[name, "bound"].distance.estimate
    assert found["patch", "pipeline"].distance.estimate < found["patch", "ROI"].distance.low


def test_the_table_is_a_function_of_its_seed(tiny_cascade: Cascade) -> None:
    a, b, c = (
        [one.distance.estimate for one in table(tiny_cascade, picture_set(4), seed=seed).figures(TEXTURE)]
        for seed in (0, 0, 1)
    )
    assert a == b
    assert a != c


def test_one_picture_is_refused(tiny_cascade: Cascade) -> None:
    with pytest.raises(DataError, match="got 1 patients, expected at least two"):
        table(tiny_cascade, picture_set(1)).figures(TEXTURE)
