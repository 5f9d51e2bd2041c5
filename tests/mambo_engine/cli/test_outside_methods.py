from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mambo_engine.cli.outside_methods import outside_methods, write_low
from mambo_engine.errors import ConfigError
from mambo_engine.evaluation.pictures import PictureSet


def options(**values: object) -> argparse.Namespace:
    return argparse.Namespace(**{"outside": [], "low": None, **values})


def real() -> PictureSet:
    images = np.random.default_rng(0).random((2, 16, 16)).astype(np.float32)
    return PictureSet(images, ("a.png", "phantom 7"))


def test_low_resolutions_are_written_under_the_names_that_are_read(tmp_path: Path) -> None:
    write_low(options(low=tmp_path), real(), {4: 4, 8: 2})
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "a_x2.png",
        "a_x4.png",
        "phantom_7_x2.png",
        "phantom_7_x4.png",
    ]
    with Image.open(tmp_path / "a_x4.png") as picture:
        stored = np.asarray(picture)
    assert stored.shape == (4, 4)
    assert stored[0, 0] == pytest.approx(65535 * real().images[0, :4, :4].mean(), abs=1)


def test_pictures_of_a_method_are_read_by_name_at_either_depth(tmp_path: Path) -> None:
    for name in ("a", "phantom_7"):
        Image.fromarray(np.full((16, 16), 51, dtype=np.uint8)).save(tmp_path / f"{name}_x2.png")
        Image.fromarray(np.full((16, 16), 13107, dtype=np.uint16)).save(tmp_path / f"{name}_x4.png")
    found = outside_methods(options(outside=[f"AuraSR={tmp_path}"]), real().names, [2, 4], 16)
    for factor in (2, 4):
        enlarged = found["AuraSR"].enlarged(real().names, factor, np.zeros((8, 8), np.float32), 1)
        assert enlarged.shape == (1, 16, 16)
        assert np.allclose(enlarged, 0.2, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("AuraSR", "got 'AuraSR', expected METHOD=DIR"),
        ("bicubic=x", "got bicubic twice"),
        ("AuraSR={folder}", "1 of 2 files missing: phantom_7_x2.png"),
    ],
)
def test_bad_methods_are_refused(text: str, message: str, tmp_path: Path) -> None:
    Image.fromarray(np.zeros((16, 16), np.uint8)).save(tmp_path / "a_x2.png")
    with pytest.raises(ConfigError, match=message):
        outside_methods(options(outside=[text.format(folder=tmp_path)]), real().names, [2], 16)


def test_pictures_of_another_size_are_refused(tmp_path: Path) -> None:
    Image.fromarray(np.zeros((8, 16), np.uint8)).save(tmp_path / "a_x2.png")
    with pytest.raises(ConfigError, match="got 16 x 8 px, expected 16 x 16"):
        outside_methods(options(outside=[f"AuraSR={tmp_path}"]), ("a.png",), [2], 16)


def test_real_pictures_are_not_written_into_a_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    with pytest.raises(ConfigError, match="inside a repository"):
        write_low(options(low=tmp_path / "low"), real(), {8: 2})
