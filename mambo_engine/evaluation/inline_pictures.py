"""Pictures that a report carries in itself: small PNG files and a drawn spectrum, as text."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from html import escape
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mambo_engine.evaluation.power_spectrum import PowerSpectrum

OVERVIEW_PX = 160
DETAIL_PX = 192
AIR = 0.02
WHITE_QUANTILE = 0.998
PLOT = (640, 300)
MARGIN = (50, 36)
COLORS = ("#b3261e", "#1f5fae")
"""Of generated and of real pictures."""

Picture = NDArray[np.floating]


def overview(picture: Picture) -> str:
    """An `img` source of the whole picture (N, N), small; white is the 99.8th percentile of the breast."""
    small = Image.fromarray(_gray(picture)).resize((OVERVIEW_PX, OVERVIEW_PX), Image.Resampling.LANCZOS)
    return _source(small)


def detail(picture: Picture) -> str:
    """An `img` source of a square of the picture pixel by pixel, around the middle of the breast."""
    rows, columns = np.nonzero(picture > AIR)
    middle = (rows.mean(), columns.mean()) if len(rows) else (len(picture) / 2,) * 2
    side = min(DETAIL_PX, len(picture))
    top, left = (int(np.clip(at - side / 2, 0, len(picture) - side)) for at in middle)
    return _source(Image.fromarray(_gray(picture)[top : top + side, left : left + side]))


def _gray(picture: Picture) -> NDArray[np.uint8]:
    inside = picture[picture > AIR]
    white = float(np.quantile(inside, WHITE_QUANTILE)) if inside.size else 1.0
    return np.asarray(np.rint(np.clip(picture / max(white, 1e-3), 0, 1) * 255), dtype=np.uint8)


def _source(picture: Image.Image) -> str:
    file = BytesIO()
    picture.save(file, "PNG", optimize=True)
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"


def spectrum_plot(spectra: Mapping[str, PowerSpectrum]) -> str:
    """An SVG of the spectra of two sets, log power over log frequency.

    Args:
        spectra: by name for the legend; the generated pictures' first.
    """
    points = {
        name: np.log10(np.stack([one.frequency, np.maximum(one.power, 1e-300)])) for name, one in spectra.items()
    }
    joined = np.concatenate(list(points.values()), axis=1)
    low, high = joined.min(axis=1), joined.max(axis=1)
    width, height = PLOT
    lines = []
    for number, (name, values) in enumerate(points.items()):
        at = (values - low[:, None]) / np.maximum(high - low, 1e-9)[:, None]
        x, y = MARGIN[0] + at[0] * (width - MARGIN[0] - 10), 10 + (1 - at[1]) * (height - MARGIN[1] - 10)
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
        lines.append(f'<polyline points="{path}" fill="none" stroke="{COLORS[number]}" stroke-width="1.5"/>')
        lines.append(_text(width - 150, 24 + 18 * number, name, COLORS[number]))
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" role="img" aria-label="Power spectra">'
        f"{''.join(lines)}{_axes(10**low, 10**high)}</svg>"
    )


def _axes(low: NDArray[np.float64], high: NDArray[np.float64]) -> str:
    width, height = PLOT
    bottom = height - MARGIN[1]
    lines = f'<path d="M{MARGIN[0]} 10V{bottom}H{width - 10}" fill="none" stroke="currentColor"/>'
    texts = (
        _text(MARGIN[0], bottom + 16, f"{low[0]:.3g}"),
        _text(width - 40, bottom + 16, f"{high[0]:.3g}"),
        _text(width // 2 - 40, bottom + 30, "frequency, c/px"),
        _text(2, 20, f"{high[1]:.1e}"),
        _text(2, bottom, f"{low[1]:.1e}"),
        _text(2, height // 2, "power"),
    )
    return lines + "".join(texts)


def _text(x: int, y: int, text: str, color: str = "currentColor") -> str:
    return f'<text x="{x}" y="{y}" font-size="11" fill="{color}">{escape(text)}</text>'
