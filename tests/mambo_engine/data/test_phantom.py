"""Phantoms are deterministic, carry their truth and resemble mammograms in what can be counted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from mambo_engine.data.phantom import BIRADS, DENSITIES, VIEWS, Phantom, PhantomLabels, draw_phantom
from mambo_engine.errors import ConfigError

SIZE = 192


def draw(birads: int = 1, density: str = "B", view: str = "CC", *, seed: int = 0, size: int = SIZE) -> Phantom:
    return draw_phantom(PhantomLabels(birads, density, view), size=size, seed=seed)


def radial_slope(patch: np.ndarray, low: float, high: float) -> float:
    """Log-log slope of the power spectrum between two frequencies in cycles per pixel."""
    side = len(patch)
    window = np.hanning(side)[:, None] * np.hanning(side)
    power = np.abs(np.fft.fft2((patch - patch.mean()) * window)) ** 2
    radius = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.fftfreq(side))
    bins = np.arange(max(1, round(low * side)), round(high * side) + 1)
    means = ndimage.mean(power, np.round(radius * side).astype(int), bins)
    return float(np.polyfit(np.log(bins), np.log(means), 1)[0])


def test_draw_phantom_repeats_exactly_for_the_same_arguments() -> None:
    first, second = draw(5, "C", "MLO", seed=7), draw(5, "C", "MLO", seed=7)
    assert np.array_equal(first.pixels, second.pixels)
    assert np.array_equal(first.lesion_mask, second.lesion_mask)


def test_draw_phantom_differs_for_another_seed() -> None:
    assert not np.array_equal(draw(seed=1).breast_mask, draw(seed=2).breast_mask)


def test_draw_phantom_keeps_the_breast_when_only_the_category_changes() -> None:
    healthy, ill = draw(1, "B", seed=3), draw(5, "B", seed=3)
    away = ~ndimage.binary_dilation(ill.lesion_mask, iterations=SIZE // 8)
    assert np.array_equal(healthy.breast_mask, ill.breast_mask)
    assert np.array_equal(healthy.pixels[away], ill.pixels[away])
    assert ill.pixels[ill.lesion_mask].mean() > healthy.pixels[ill.lesion_mask].mean() + 200


@pytest.mark.parametrize("size", [64, 100, 255])
def test_draw_phantom_shows_the_same_anatomy_at_other_sizes(size: int) -> None:
    small, large = draw(4, "C", "MLO", seed=5, size=size), draw(4, "C", "MLO", seed=5, size=2 * size)
    assert small.pixels.shape == (size, size)
    assert small.pixel_spacing_mm == pytest.approx(2 * large.pixel_spacing_mm)
    assert small.breast_mask.mean() == pytest.approx(large.breast_mask.mean(), abs=0.01)
    halved = large.pixels.reshape(size, 2, size, 2).mean(axis=(1, 3))
    inside = ndimage.binary_erosion(small.breast_mask, iterations=2)
    assert np.corrcoef(small.pixels[inside], halved[inside])[0, 1] > 0.8


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("density", DENSITIES)
def test_draw_phantom_keeps_its_promises_about_pixels(view: str, density: str) -> None:
    for seed in range(3):
        phantom = draw(BIRADS[seed], density, view, seed=seed)
        breast = phantom.breast_mask
        assert phantom.pixels.dtype == np.uint16
        assert phantom.pixels.max() <= 4095
        assert np.all(phantom.pixels[~breast] == 0)
        assert np.all(phantom.pixels[breast] > 0)
        assert 0.26 <= breast.mean() <= 0.49
        assert not breast[:, -1].any()
        assert breast[:, 0].mean() > 0.5
        assert ndimage.label(breast)[1] == 1


def test_draw_phantom_gets_brighter_with_density() -> None:
    means = []
    for density in DENSITIES:
        drawn = [draw(1, density, seed=seed) for seed in range(6)]
        means.append(np.mean([phantom.pixels[phantom.breast_mask].mean() for phantom in drawn]))
    assert np.all(np.diff(means) > 80), means


def test_draw_phantom_has_a_bright_muscle_in_mlo_only() -> None:
    corner = np.s_[2:20, 2:8]
    for seed in range(4):
        muscle = draw(1, "A", "MLO", seed=seed).pixels[corner]
        assert muscle.mean() > 1.25 * np.median(draw(1, "A", "CC", seed=seed).pixels[80:110, 40:70])


def test_draw_phantom_marks_no_lesion_for_category_1_and_one_for_every_other() -> None:
    for seed in range(6):
        assert not draw(1, "C", seed=seed).lesion_mask.any()
        for birads in BIRADS[1:]:
            phantom = draw(birads, "C", "MLO", seed=seed)
            assert phantom.lesion_mask.any(), (birads, seed)
            assert not np.any(phantom.lesion_mask & ~phantom.breast_mask)


def test_draw_phantom_spiculated_mass_is_denser_than_a_benign_one() -> None:
    def gain(birads: int, seed: int) -> float:
        ill, healthy = draw(birads, "A", seed=seed), draw(1, "A", seed=seed)
        return float(np.quantile((ill.pixels.astype(float) - healthy.pixels)[ill.lesion_mask], 0.8))

    assert np.mean([gain(5, seed) for seed in range(6)]) > np.mean([gain(3, seed) for seed in range(6)]) + 200


def test_draw_phantom_texture_falls_like_real_anatomical_noise() -> None:
    slopes = []
    for seed in range(4):
        phantom = draw(1, "C", seed=seed, size=512)
        rows, columns = np.nonzero(ndimage.distance_transform_edt(phantom.breast_mask) > 20)
        row, column = int(np.median(rows)) - 64, max(0, int(np.median(columns)) - 64)
        slopes.append(
            radial_slope(phantom.pixels[row : row + 128, column : column + 128].astype(float), 0.05, 0.25)
        )
    assert -3.6 < np.mean(slopes) < -2.6, slopes


def test_draw_phantom_dense_tissue_is_noisier_than_fat() -> None:
    fat, dense = draw(1, "A", seed=2, size=512), draw(1, "D", seed=2, size=512)

    def grain(phantom: Phantom) -> float:
        pixels = phantom.pixels.astype(float)
        second = pixels[150:350, 60:160]
        return float(np.median(np.abs(np.diff(second, n=3, axis=0))))

    assert grain(dense) > 1.3 * grain(fat)


@pytest.mark.parametrize(("size", "seed"), [(63, 0), (4097, 0), (128, -1)])
def test_draw_phantom_refuses_what_is_out_of_range(size: int, seed: int) -> None:
    with pytest.raises(ConfigError, match="got"):
        draw(size=size, seed=seed)


@pytest.mark.parametrize(
    ("birads", "density", "view"), [(0, "A", "CC"), (6, "A", "CC"), (1, "E", "CC"), (1, "A", "ML")]
)
def test_phantom_labels_refuse_unknown_values(birads: int, density: str, view: str) -> None:
    with pytest.raises(ConfigError, match="must be one of"):
        PhantomLabels(birads, density, view)
