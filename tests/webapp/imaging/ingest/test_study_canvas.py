"""A study's copies look alike in everything but the breast."""

import io

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from tests.webapp.imaging.drawing import draw_breast, png_bytes
from webapp.imaging.ingest.breast import breast_mask
from webapp.imaging.ingest.raster import read_raster
from webapp.imaging.ingest.study_canvas import canvas_scale, study_canvas

ROWS, COLUMNS = 512, 416


def jpeg_8_bit():
    buffer = io.BytesIO()
    Image.fromarray(draw_breast(420, 300, bits=8).astype(np.uint8)).save(buffer, "JPEG", quality=85)
    return read_raster(buffer.getvalue(), "a.jpg").pixels


SOURCES = {
    "jpeg 8": jpeg_8_bit,
    "png 16": lambda: read_raster(png_bytes(draw_breast(900, 640, bits=16)), "a.png").pixels,
    "array 12": lambda: draw_breast(512, 366, bits=12),
}


@pytest.fixture(scope="module")
def canvases():
    made = {}
    for name, source in SOURCES.items():
        pixels = source()
        made[name] = study_canvas(pixels, breast_mask(pixels), ROWS, COLUMNS, 7)
    return made


def test_size_depth_and_air_are_equal(canvases):
    for canvas in canvases.values():
        assert canvas.shape == (ROWS, COLUMNS)
        assert canvas.dtype == np.uint16
        assert canvas.max() <= 4095
        assert (canvas[:8] == 0).all()
        assert (canvas[-8:] == 0).all()
        assert (canvas[:, -8:] == 0).all()


def test_breast_has_the_same_height_and_starts_at_the_wall(canvases):
    heights = [int((canvas > 0).any(axis=1).sum()) for canvas in canvases.values()]
    assert max(heights) - min(heights) <= 6
    assert all((canvas[ROWS // 2 - 20 : ROWS // 2 + 20, 0] > 0).all() for canvas in canvases.values())


def test_codes_leave_no_comb(canvases):
    # A comb leaves most codes of the middle range unused; after the dither all arms use nearly all of them.
    for name, canvas in canvases.items():
        inside = canvas[(canvas > 1200) & (canvas < 2600)]
        counts = np.bincount(inside, minlength=4096)[1200:2600]
        assert (counts > 0).mean() > 0.97, name
        spectrum = np.abs(np.fft.rfft(counts - counts.mean()))[40:]
        assert spectrum.max() < 6 * np.median(spectrum), name


def test_share_of_air_is_equal_within_two_hundredths(canvases):
    shares = [float((canvas == 0).mean()) for canvas in canvases.values()]
    assert max(shares) - min(shares) < 0.02


def test_contrast_targets_are_met(canvases):
    for canvas in canvases.values():
        inner = ndimage.binary_erosion(np.pad(canvas > 0, ((0, 0), (40, 0)), mode="edge"), iterations=34)[:, 40:]
        low, high = np.percentile(canvas[inner], [2, 98])
        assert low == pytest.approx(800, abs=80)
        assert high == pytest.approx(3300, abs=80)


def test_sharpness_does_not_tell_the_source_size():
    # One scene at two resolutions: after normalization its fine detail has the same power.
    big = draw_breast(1600, 1200, bits=12, seed=3)
    small = np.rint(big.reshape(400, 4, 300, 4).mean(axis=(1, 3))).astype(np.uint16)
    powers = []
    for pixels in (big, small):
        canvas = study_canvas(pixels, breast_mask(pixels), ROWS, COLUMNS, 11).astype(float)
        patch = canvas[180:308, 20:148]
        spectrum = np.abs(np.fft.fft2((patch - patch.mean()) * np.outer(np.hanning(128), np.hanning(128)))) ** 2
        radius = np.hypot(*np.meshgrid(np.fft.fftfreq(128), np.fft.fftfreq(128), indexing="ij"))
        powers.append(
            [spectrum[(radius >= low) & (radius < low + 0.05)].mean() for low in (0.05, 0.1, 0.2, 0.3, 0.4)]
        )
    ratio = np.array(powers[0]) / np.array(powers[1])
    assert (ratio > 0.6).all(), ratio
    assert (ratio < 1.6).all(), ratio


def test_chest_wall_does_not_tell_the_source_size():
    # A picture that is enlarged has its first sample before the source's first column; it must not fade there.
    big = draw_breast(1600, 1200, bits=12, seed=3)
    small = np.rint(big.reshape(400, 4, 300, 4).mean(axis=(1, 3))).astype(np.uint16)
    walls = []
    for pixels in (big, small):
        canvas = study_canvas(pixels, breast_mask(pixels), 1024, 832, 11).astype(float)[412:612]
        walls.append(canvas[:, 0].mean() / canvas[:, 2:6].mean())
    assert canvas_scale(breast_mask(small), 1024, 832) > 2
    assert walls[0] == pytest.approx(walls[1], abs=0.03)


def test_markers_outside_the_breast_are_gone():
    pixels = draw_breast(400, 400)
    pixels[20:40, 340:380] = 4000
    canvas = study_canvas(pixels, breast_mask(pixels), ROWS, COLUMNS, 1)
    _, count = ndimage.label(canvas > 0)
    assert count == 1


def test_same_seed_same_copy_and_other_seed_another():
    pixels = draw_breast(400, 300)
    mask = breast_mask(pixels)
    first = study_canvas(pixels, mask, ROWS, COLUMNS, 1)
    np.testing.assert_array_equal(first, study_canvas(pixels, mask, ROWS, COLUMNS, 1))
    assert (first != study_canvas(pixels, mask, ROWS, COLUMNS, 2)).any()


def test_refuses_an_empty_mask_and_a_tiny_canvas():
    pixels = draw_breast()
    with pytest.raises(ValueError, match="no breast"):
        study_canvas(pixels, np.zeros(pixels.shape, bool), ROWS, COLUMNS, 1)
    with pytest.raises(ValueError, match="at least 128"):
        study_canvas(pixels, pixels > 0, 64, 64, 1)


def test_canvas_scale_tells_coarse_sources():
    mask = np.ones((100, 80), bool)
    assert canvas_scale(mask, 1024, 832) > 2.5


def test_a_dark_frame_at_the_chest_wall_is_cut_off():
    pixels = np.pad(draw_breast(400, 300), ((0, 0), (60, 0)))
    pixels[:, 60:62] //= 4
    canvas = study_canvas(pixels, breast_mask(pixels), ROWS, COLUMNS, 1).astype(float)
    rows = slice(ROWS // 2 - 100, ROWS // 2 + 100)
    assert canvas[rows, 0].mean() > 0.8 * canvas[rows, 8:16].mean()
