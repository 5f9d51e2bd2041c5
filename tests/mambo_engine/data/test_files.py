from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mambo_engine.data.files import read_image
from mambo_engine.errors import DataError

PIXELS = np.arange(256, dtype=np.uint16).reshape(16, 16) * 257


@pytest.mark.parametrize("suffix", ["png", "tif", "pgm"])
def test_read_image_keeps_all_sixteen_bits(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"image.{suffix}"
    Image.fromarray(PIXELS).save(path)
    assert np.array_equal(read_image(path).pixels, PIXELS)


def test_read_image_takes_gray_stored_as_color_and_refuses_color(tmp_path: Path) -> None:
    gray = (PIXELS >> 8).astype(np.uint8)
    Image.fromarray(np.dstack([gray] * 3)).save(tmp_path / "gray.png")
    assert np.array_equal(read_image(tmp_path / "gray.png").pixels, gray)
    Image.fromarray(np.dstack([gray, gray, 255 - gray])).save(tmp_path / "color.png")
    with pytest.raises(DataError, match="got mode RGB, expected a gray image"):
        read_image(tmp_path / "color.png")


def test_read_image_names_what_is_no_image(tmp_path: Path) -> None:
    (tmp_path / "note.png").write_text("no image")
    with pytest.raises(DataError, match=r"note\.png"):
        read_image(tmp_path / "note.png")
    (tmp_path / "cut.dcm").write_bytes(b"\0" * 128 + b"DICM")
    with pytest.raises(DataError, match=r"cut\.dcm"):
        read_image(tmp_path / "cut.dcm")
    with pytest.raises(DataError, match="No such file"):
        read_image(tmp_path / "absent.png")


def test_read_image_decodes_a_real_dicom(ge_dicom: Path) -> None:
    image = read_image(ge_dicom)
    assert image.pixels.shape == (3062, 2394) or image.pixels.shape == (2394, 3062)
    assert image.bits == 12
    assert image.pixels.max() < 4096
