from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mambo_engine.data.fitting import Preparation, training_image
from mambo_engine.errors import ConfigError, DataError


def picture(path: Path, *, top: int, dtype: type = np.uint8) -> np.ndarray:
    rows, columns = np.ogrid[:80, :60]
    pixels = np.where((rows - 40) ** 2 + columns**2 < 30**2, top, 0).astype(dtype)
    Image.fromarray(pixels).save(path)
    return pixels


def test_pad_keeps_the_pixels_and_fills_with_air(tmp_path: Path) -> None:
    pixels = picture(tmp_path / "a.png", top=255)
    made = training_image(tmp_path / "a.png", Preparation(size=96, fit="pad", bits=8))
    assert made.shape == (96, 96)
    assert np.array_equal(made[:80, :60], pixels)
    assert not made[80:].any()
    assert not made[:, 60:].any()


def test_pad_refuses_a_larger_image(tmp_path: Path) -> None:
    picture(tmp_path / "a.png", top=255)
    with pytest.raises(DataError, match="got a side of 80 px, expected at most 64"):
        training_image(tmp_path / "a.png", Preparation(size=64, fit="pad"))


def test_scale_keeps_the_aspect_and_the_mean(tmp_path: Path) -> None:
    pixels = picture(tmp_path / "a.png", top=200)
    made = training_image(tmp_path / "a.png", Preparation(size=40, bits=8))
    assert made.max() <= 200
    assert made.sum() * 4 == pytest.approx(pixels.sum(), rel=0.03)


@pytest.mark.parametrize(("stored_bits", "expected"), [(None, 2048 / 65535), (12, 2048 / 4095)])
def test_a_16_bit_file_counts_as_the_depth_that_is_declared(
    stored_bits: int | None, expected: float, tmp_path: Path
) -> None:
    picture(tmp_path / "a.png", top=2048, dtype=np.uint16)
    made = training_image(tmp_path / "a.png", Preparation(size=80, bits=16, stored_bits=stored_bits))
    assert made.max() / 65535 == pytest.approx(expected, abs=1e-4)


def test_a_real_full_field_image_becomes_a_square(ge_dicom: Path) -> None:
    made = training_image(ge_dicom, Preparation(size=256, trim=True))
    assert made.max() <= 4095
    assert made[:, :20].mean() > 5 * made[:, 236:].mean()


def test_an_unknown_fit_is_refused() -> None:
    with pytest.raises(ConfigError, match="fit: got 'stretch', expected one of scale, pad"):
        Preparation(size=64, fit="stretch")  # type: ignore[arg-type]
