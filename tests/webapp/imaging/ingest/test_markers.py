"""Letters beside the breast go, the breast stays."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw
from scipy import ndimage

from tests.webapp.imaging.drawing import draw_breast, png_bytes
from webapp.imaging.ingest.breast import breast_mask
from webapp.imaging.ingest.markers import without_markers
from webapp.imaging.ingest.read import read_source


def lettered(pixels, words="CANARY JANE", gray=4095, at=(300, 12)):
    picture = Image.new("L", pixels.shape[::-1])
    ImageDraw.Draw(picture).text(at, words, fill=255, font_size=22)
    letters = np.asarray(picture) > 127
    assert letters.any()
    return np.where(letters, gray, pixels).astype(np.uint16), letters


@pytest.mark.parametrize("gray", [4095, 900])
def test_letters_become_air_and_no_pixel_of_the_breast_changes(gray):
    pixels = draw_breast(640, 480)
    written, letters = lettered(pixels, gray=gray)
    cleaned, share = without_markers(written, breast_mask(written))
    np.testing.assert_array_equal(cleaned, pixels)
    assert 0 < share < 0.05
    assert not cleaned[letters].any()


def test_a_plate_on_fogged_film_goes_with_its_dark_letters():
    random = np.random.default_rng(4)
    fog = random.normal(14, 3, (640, 480)).clip(1, 40)
    pixels = np.maximum(draw_breast(640, 480, bits=8), fog).astype(np.uint16)
    pixels[20:80, 380:460] = 240
    pixels[40:60, 400:440] = 2
    cleaned, _ = without_markers(pixels, breast_mask(pixels))
    assert cleaned[18:82, 378:462].max() < 45
    inside = ndimage.binary_erosion(breast_mask(pixels), iterations=8)
    np.testing.assert_array_equal(cleaned[inside], pixels[inside])


def test_a_large_piece_at_the_edge_is_taken_for_muscle_and_stays():
    pixels = draw_breast(640, 480)
    pixels[:55, 200:] = 2000
    cleaned, share = without_markers(pixels, breast_mask(pixels))
    assert share == 0
    np.testing.assert_array_equal(cleaned, pixels)


def test_the_canonical_picture_has_no_letters_and_says_so():
    pixels = draw_breast(640, 480)
    source = read_source(png_bytes(lettered(pixels)[0]), "a.png")
    np.testing.assert_array_equal(source.pixels, pixels)
    assert source.header["Beside the breast"].startswith("letters or markers taken out")
    assert "Beside the breast" not in read_source(png_bytes(pixels), "a.png").header


@pytest.mark.parametrize("name", ["1_L_CC.png", "1_R_CC.png"])
def test_real_burnt_in_letters_go(shared_data, name):
    source = read_source((shared_data / "nyu16" / name).read_bytes(), name)
    away = ~ndimage.binary_dilation(breast_mask(source.pixels), iterations=24)
    assert source.pixels[away].max() <= 512  # of 65535, which the letters had
    assert source.header["Beside the breast"].startswith("letters")
