"""Radially averaged noise power spectrum, its slope, and the distance of two spectra.

Source: IEC 62220-1-2 (windowed periodogram of detrended squares); mammograms fall as f^-beta with beta about 3:
Burgess et al., Med Phys 28 (2001) 419.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mambo_engine.errors import DataError

Images = NDArray[np.floating]


@dataclass(frozen=True)
class PowerSpectrum:
    """A radial spectrum.

    Attributes:
        frequency: (bins,) cycles per pixel, rising, 0 left out.
        power: (bins,) mean power, units of the images squared.
        nyquist_peak: power at a Nyquist frequency against that beside it; 1 is no lattice.
    """

    frequency: NDArray[np.float64]
    power: NDArray[np.float64]
    nyquist_peak: float

    def slope(self, low: float = 0.02, high: float = 0.15) -> float:
        """Slope of log power over log frequency between `low` and `high` c/px; negative of Burgess's beta."""
        inside = (self.frequency >= low) & (self.frequency <= high)
        fit = np.polyfit(np.log10(self.frequency[inside]), np.log10(self.power[inside]), 1)
        return float(fit[0])


def power_spectrum(images: Images) -> PowerSpectrum:
    """Mean spectrum of squares of tissue.

    Args:
        images: (n, s, s) without air, s even and at least 16. A plane is taken off each, a Hann window laid over.

    Raises:
        DataError: another shape, or values that are not finite.
    """
    squares = np.asarray(images, dtype=np.float64)
    if squares.ndim != 3 or squares.shape[1] != squares.shape[2] or squares.shape[1] < 16 or squares.shape[1] % 2:
        raise DataError(f"images: got shape {squares.shape}, expected (n, s, s), s even and at least 16")
    if not len(squares) or not np.isfinite(squares).all():
        raise DataError("images: got none or values that are not finite")
    side = squares.shape[1]
    window = np.outer(np.hanning(side), np.hanning(side))
    spectra = np.abs(np.fft.fft2(_without_plane(squares) * window)) ** 2 / (window**2).sum()
    return _radial(spectra.mean(axis=0))


def _without_plane(squares: NDArray[np.float64]) -> NDArray[np.float64]:
    side = squares.shape[1]
    at = (np.arange(side) - (side - 1) / 2) / side
    row, column = at[:, None], at[None, :]
    scale = 1.0 / (at**2).mean()
    rise = (squares * row).mean(axis=(1, 2), keepdims=True) * scale * row
    run = (squares * column).mean(axis=(1, 2), keepdims=True) * scale * column
    level = squares.mean(axis=(1, 2), keepdims=True)
    return np.asarray(squares - level - rise - run)


def _radial(power: NDArray[np.float64]) -> PowerSpectrum:
    side = len(power)
    axis = np.fft.fftfreq(side)
    radius = np.hypot(axis[:, None], axis[None, :])
    bins = np.rint(radius * side).astype(int)
    inside = (bins >= 1) & (bins <= side // 2)
    counts = np.bincount(bins[inside], minlength=side // 2 + 1)[1:]
    sums = np.bincount(bins[inside], weights=power[inside], minlength=side // 2 + 1)[1:]
    return PowerSpectrum(np.arange(1, side // 2 + 1) / side, sums / counts, _nyquist_peak(power))


def _nyquist_peak(power: NDArray[np.float64]) -> float:
    """Power on the two Nyquist axes against the mean of the lines two and three beside them."""
    half = len(power) // 2
    low = slice(0, max(2, half // 4))  # near the axis, where a lattice of period two shows
    peaks = []
    for plane in (power, power.T):
        beside = np.mean([plane[half + step, low].mean() for step in (-3, -2, 2, 3)])
        peaks.append(plane[half, low].mean() / max(float(beside), 1e-300))
    return float(max(peaks))


def spectrum_distance(a: PowerSpectrum, b: PowerSpectrum, *, low: float = 0.02, high: float = 0.4) -> float:
    """Root mean square difference of log10 power between `low` and `high` c/px; 0.3 is a factor of two.

    Raises:
        DataError: the spectra have other frequencies, or none of them lies in the range.
    """
    if not np.array_equal(a.frequency, b.frequency):
        raise DataError(f"spectra: got {len(a.frequency)} and {len(b.frequency)} bins, expected the same squares")
    inside = (a.frequency >= low) & (a.frequency <= high)
    if not inside.any():
        raise DataError(f"spectra: got no frequency within {low}..{high} c/px")
    gap = np.log10(np.maximum(a.power[inside], 1e-300)) - np.log10(np.maximum(b.power[inside], 1e-300))
    return float(np.sqrt((gap**2).mean()))
