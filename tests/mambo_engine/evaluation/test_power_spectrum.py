from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.errors import DataError
from mambo_engine.evaluation.power_spectrum import power_spectrum, spectrum_distance


def clouds(beta: float, *, count: int = 24, side: int = 128, seed: int = 0) -> np.ndarray:
    """Noise whose power falls as frequency^-beta, cut from larger fields so that they do not wrap around."""
    generator = np.random.default_rng(seed)
    large = 2 * side
    frequency = np.hypot(np.fft.fftfreq(large)[:, None], np.fft.rfftfreq(large)[None, :])
    frequency[0, 0] = 1 / large
    noise = np.fft.rfft2(generator.standard_normal((count, large, large)))
    return np.fft.irfft2(noise * frequency ** (-beta / 2), s=(large, large))[:, :side, :side]


@pytest.mark.parametrize("beta", [0.0, 2.0, 3.0])
def test_slope_of_a_power_law_is_found(beta: float) -> None:
    assert power_spectrum(clouds(beta)).slope() == pytest.approx(-beta, abs=0.15)


def test_white_noise_has_its_variance_at_every_frequency() -> None:
    white = np.random.default_rng(3).normal(0, 2.0, size=(60, 64, 64))
    spectrum = power_spectrum(white)
    assert spectrum.power[3:] == pytest.approx(4.0, rel=0.15)
    assert spectrum.frequency[-1] == 0.5
    assert spectrum.nyquist_peak == pytest.approx(1.0, abs=0.15)


def test_a_plane_has_no_power() -> None:
    rows, columns = np.mgrid[:32, :32]
    assert power_spectrum((0.3 * rows - 0.1 * columns + 5)[None]).power.max() < 1e-18


def test_a_lattice_of_two_pixels_shows_at_nyquist() -> None:
    images = clouds(3.0, seed=4)
    lattice = 0.01 * images.std() * (-1.0) ** np.arange(128)[None, None, :]
    assert power_spectrum(images + lattice).nyquist_peak > 5 * power_spectrum(images).nyquist_peak


def test_distance_is_the_log_of_a_gain() -> None:
    images = clouds(2.0)
    assert spectrum_distance(power_spectrum(images), power_spectrum(10 * images)) == pytest.approx(2.0)
    assert spectrum_distance(power_spectrum(images), power_spectrum(clouds(2.0, seed=9))) < 0.1


@pytest.mark.parametrize("shape", [(4, 20), (2, 31, 31), (2, 8, 8), (2, 32, 30), (0, 32, 32)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(DataError, match="images: got"):
        power_spectrum(np.zeros(shape))


def test_spectra_of_other_squares_are_refused() -> None:
    with pytest.raises(DataError, match="got 32 and 64 bins"):
        spectrum_distance(power_spectrum(clouds(2.0, side=64)), power_spectrum(clouds(2.0)))
