"""Random fields: power-law noise and its ridges."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from mambo_engine.data.phantom.canvas import Array, Canvas

FIRST_BAND = 32


def power_law_field(canvas: Canvas, stream: str, *, beta: float, low: float = 1.0) -> Array:
    """Draw Gaussian noise whose power falls as 1 / frequency**beta.

    Lower bands are drawn first from streams of their own, so a larger canvas of the same seed
    shows the same field with more detail.

    Args:
        canvas: Square and seed.
        stream: Name of the field.
        beta: Power exponent; about 3 in mammograms.
        low: Frequency in cycles per side below which the power stays flat.

    Returns:
        (size, size) field, periodic, mean 0, standard deviation 1.

    Source: Burgess, Med Phys 26 (1999) 419; Heine and Velthuizen, Med Phys 29 (2002) 647.
    """
    size = canvas.size
    spectrum = np.zeros((size, size), dtype=np.complex64)
    band, inner = FIRST_BAND, 0
    while inner < size:
        rng = canvas.rng(stream, band)
        draws = rng.standard_normal((2, band, band), dtype=np.float32)
        block = draws[0] + 1j * draws[1]
        block = np.fft.ifftshift(block)
        _place(spectrum, block, inner)
        band, inner = band * 2, band
    frequency = np.fft.fftfreq(size, 1.0 / size).astype(np.float32)
    radius2 = frequency[:, None] ** 2 + frequency[None, :] ** 2
    spectrum *= np.maximum(radius2, low * low) ** (-beta / 4)
    spectrum[0, 0] = 0
    field = np.fft.ifft2(spectrum).real.astype(np.float32)
    return field / field.std()


def _place(spectrum: np.ndarray, block: np.ndarray, inner: int) -> None:
    """Copy the coefficients of a block beyond the inner band into the spectrum, in place."""
    band, size = len(block), len(spectrum)
    if band > size:
        rows = np.fft.fftfreq(size, 1.0 / size).astype(int)
        block = block[np.ix_(rows, rows)]
    rows = np.fft.fftfreq(len(block), 1.0 / len(block)).astype(int)
    new = (np.abs(rows)[:, None] >= inner // 2) | (np.abs(rows)[None, :] >= inner // 2)
    target = np.ix_(rows, rows)
    spectrum[target] = np.where(new, block, spectrum[target])


def ridges(field: Array, *, sharpness: float) -> Array:
    """Return 0..1, high on the zero lines of a field: a net of strands around dark lobules.

    Args:
        field: Field of standard deviation 1.
        sharpness: Larger is thinner.
    """
    return np.exp(-np.abs(field) * sharpness).astype(np.float32)


def sample_periodic(field: Array, x: Array, y: Array) -> Array:
    """Read a periodic field at positions in units of its side, with linear interpolation."""
    size = field.shape[0]
    grid = np.stack(np.broadcast_arrays(y * size, x * size)) % size
    return ndimage.map_coordinates(field, grid, order=1, mode="grid-wrap", output=np.float32)
