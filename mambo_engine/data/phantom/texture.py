"""Random fields: power-law noise and nets of strands."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from mambo_engine.data.phantom.canvas import Array, Canvas

FIRST_BAND = 32


def power_law_field(canvas: Canvas, stream: str, *, beta: float, low: float = 1.0) -> Array:
    """Draw Gaussian noise whose power falls as 1 / frequency**beta.

    Args:
        canvas: Square and seed.
        stream: Name of the field.
        beta: Power exponent; about 3 in mammograms.
        low: Frequency in cycles per side below which the power stays flat.

    Returns:
        (size, size) field, periodic, mean 0, standard deviation 1.

    Source: Burgess, Med Phys 26 (1999) 419; Heine and Velthuizen, Med Phys 29 (2002) 647.
    """
    gain = np.maximum(_radial_frequency(canvas.size), low) ** np.float32(-beta / 2)
    return _shaped(canvas, stream, gain)


def band_field(canvas: Canvas, stream: str, *, frequency: float, octaves: float = 0.45) -> Array:
    """Draw smooth Gaussian noise around one frequency.

    Args:
        canvas: Square and seed.
        stream: Name of the field.
        frequency: Centre in cycles per side.
        octaves: Standard deviation of the band in octaves.

    Returns:
        (size, size) field, periodic, mean 0, standard deviation 1.
    """
    distance = np.log2(np.maximum(_radial_frequency(canvas.size), 0.1) / frequency) / octaves
    return _shaped(canvas, stream, np.exp(-0.5 * distance**2).astype(np.float32))


def strand_net(canvas: Canvas, stream: str, *, frequencies: tuple[float, ...], slope: float) -> Array:
    """Add nets of bright strands at several scales, the larger the brighter.

    A strand is a zero line of smooth noise; the dark meshes between strands are fat lobules.

    Args:
        canvas: Square and seed.
        stream: Name of the net.
        frequencies: Scales in cycles per side; those beyond the pixel grid are left out.
        slope: Exponent by which height falls with frequency.

    Returns:
        (size, size) net, periodic, mean 0, standard deviation 1.
    """
    net = np.zeros((canvas.size, canvas.size), dtype=np.float32)
    for number, frequency in enumerate(frequencies):
        if frequency > 0.3 * canvas.size:
            continue
        field = band_field(canvas, f"{stream} {number}", frequency=frequency)
        height = (frequencies[0] / frequency) ** slope
        net += np.float32(height) * np.exp(-2.2 * np.sqrt(field * field + 0.02))
    net -= net.mean()
    return net / net.std()


def sample_periodic(field: Array, x: Array, y: Array) -> Array:
    """Read a periodic field at positions in units of its side, with linear interpolation."""
    size = field.shape[0]
    grid = np.stack(np.broadcast_arrays(y * size, x * size)) % size
    sampled: Array = ndimage.map_coordinates(field, grid, order=1, mode="grid-wrap", output=np.float32)
    return sampled


def _radial_frequency(size: int) -> Array:
    """Return (size, size // 2 + 1) frequency magnitudes in cycles per side."""
    rows = np.fft.fftfreq(size, 1.0 / size)[:, None]
    columns = np.arange(size // 2 + 1)[None, :]
    return np.hypot(rows, columns).astype(np.float32)


def _shaped(canvas: Canvas, stream: str, gain: Array) -> Array:
    """Give white noise a spectrum and normalise it."""
    spectrum = _white_spectrum(canvas, stream, float(_last_frequency(gain)))
    spectrum *= gain
    spectrum[0, 0] = 0
    field = fft.irfft2(spectrum, s=(canvas.size, canvas.size), overwrite_x=True).astype(np.float32)
    return field / field.std()


def _last_frequency(gain: Array) -> int:
    """Return the row frequency beyond which the gain is negligible."""
    column = gain[: gain.shape[0] // 2 + 1, 0]
    return int(np.flatnonzero(column > 1e-6 * column.max())[-1])


def _white_spectrum(canvas: Canvas, stream: str, last: float) -> NDArray[np.complex64]:
    """Draw the half spectrum of white noise in doubling bands.

    Lower bands come from streams of their own, so a larger canvas of the same seed shows the
    same field with more detail.
    """
    size = canvas.size
    spectrum = np.zeros((size, size // 2 + 1), dtype=np.complex64)
    band, inner = FIRST_BAND, 0
    while inner < size and inner // 2 <= last:
        half = band // 2
        draws = canvas.rng(stream, band).standard_normal((2, band, half), dtype=np.float32)
        block = draws[0] + 1j * draws[1]
        if inner:
            block[: inner // 2, : inner // 2] = 0
            block[-(inner // 2) :, : inner // 2] = 0
        keep = min(half, size // 2)
        spectrum[:keep, :keep] += block[:keep, :keep]
        spectrum[-keep:, :keep] += block[-keep:, :keep]
        band, inner = band * 2, band
    return spectrum
