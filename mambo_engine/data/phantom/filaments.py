"""Ligaments, ducts and vessels as curves."""

from __future__ import annotations

import numpy as np

from mambo_engine.data.phantom.canvas import Array, Canvas
from mambo_engine.data.phantom.outline import Outline

STEPS = 96


def grow_curves(
    rng: np.random.Generator, starts: Array, headings: Array, *, length: Array, wander: float
) -> Array:
    """Grow curves that turn slowly and at random.

    Args:
        rng: Source of the turns.
        starts: (n, 2) first points x, y.
        headings: (n,) first directions in radians.
        length: (n,) lengths in units of the side.
        wander: Standard deviation of the total turn in radians.

    Returns:
        (n, STEPS, 2) points.
    """
    count = len(starts)
    turns = rng.normal(0, 1, (count, STEPS)).cumsum(axis=1) * (wander / STEPS)
    angles = headings[:, None] + turns.cumsum(axis=1) * (3.0 / np.sqrt(STEPS))
    angles += rng.normal(0, wander, (count, 1)) * np.linspace(0, 1, STEPS)
    step = (length / STEPS)[:, None]
    x = starts[:, :1] + (np.cos(angles) * step).cumsum(axis=1)
    y = starts[:, 1:] + (np.sin(angles) * step).cumsum(axis=1)
    return np.stack([x, y], axis=-1)


def render_curves(canvas: Canvas, curves: Array, heights: Array, *, width: float) -> Array:
    """Draw curves as soft lines that fade at both ends.

    Args:
        canvas: Square.
        curves: (n, STEPS, 2) points.
        heights: (n,) peak heights.
        width: Standard deviation of the profile in units of the side.
    """
    dense = _subdivide(curves, canvas.size)
    spacing = np.hypot(*np.moveaxis(np.diff(dense, axis=1, append=dense[:, -1:]), -1, 0))
    t = np.linspace(0, 1, dense.shape[1])
    fade = np.minimum(1, np.minimum(t, 1 - t) * 5)
    sigma = max(width, 0.35 / canvas.size)
    # A line thinner than a pixel keeps its integrated height, so it fades instead of widening.
    weight = heights[:, None] * fade * spacing * (np.sqrt(2 * np.pi) * min(width * 1.6, sigma))
    return canvas.strokes(dense.reshape(-1, 2), weight.reshape(-1), width=width)


def _subdivide(curves: Array, size: int) -> Array:
    """Put in points until neighbours are closer than about a pixel."""
    longest = float(np.hypot(*np.moveaxis(np.diff(curves, axis=1), -1, 0)).max(initial=0))
    factor = max(1, int(np.ceil(longest * size / 0.9)))
    if factor == 1:
        return curves
    old = np.arange(curves.shape[1], dtype=float)
    new = np.linspace(0, old[-1], (curves.shape[1] - 1) * factor + 1)
    left = np.minimum(new.astype(int), curves.shape[1] - 2)
    part = (new - left)[None, :, None]
    return curves[:, left] * (1 - part) + curves[:, left + 1] * part


def draw_filaments(canvas: Canvas, outline: Outline, *, density_rank: int) -> Array:
    """Draw ducts, ligaments and vessels over the whole breast.

    Args:
        canvas: Square and seed.
        outline: Shape that gives the nipple.
        density_rank: 0 for density A to 3 for D.

    Returns:
        (size, size) heights in units of glandular brightness.
    """
    thin = _radial(canvas, outline, count=150, width=0.0011, height=(0.05, 0.26), stream="thin ligaments")
    ducts = _radial(canvas, outline, count=34, width=0.0021, height=(0.06, 0.2), stream="ducts")
    return thin + ducts + _vessels(canvas, outline) + _cooper(canvas, outline, density_rank)


def _radial(
    canvas: Canvas, outline: Outline, *, count: int, width: float, height: tuple[float, float], stream: str
) -> Array:
    """Curves that head for the nipple."""
    rng = canvas.rng(stream)
    starts = _inside_points(rng, outline, count)
    toward = np.arctan2(outline.nipple[1] - starts[:, 1], outline.nipple[0] - starts[:, 0])
    headings = toward + rng.normal(0, 0.28, count)
    length = rng.uniform(0.06, 0.3, count)
    curves = grow_curves(rng, starts, headings, length=length, wander=0.7)
    return render_curves(canvas, curves, rng.uniform(*height, count) ** 1.0, width=width)


def _cooper(canvas: Canvas, outline: Outline, density_rank: int) -> Array:
    """Short strands that bow from the gland to the skin in every direction."""
    rng = canvas.rng("cooper")
    count = 160 - 20 * density_rank
    starts = _inside_points(rng, outline, count)
    headings = rng.uniform(0, 2 * np.pi, count)
    length = rng.uniform(0.03, 0.12, count)
    curves = grow_curves(rng, starts, headings, length=length, wander=1.1)
    return render_curves(canvas, curves, rng.uniform(0.04, 0.2, count), width=0.0012)


def _vessels(canvas: Canvas, outline: Outline) -> Array:
    """A few long, wider, winding tubes from the chest wall."""
    rng = canvas.rng("vessels")
    count = int(rng.integers(2, 7))
    starts = np.stack([rng.uniform(0, 0.08, count), outline.nipple[1] + rng.uniform(-0.3, 0.25, count)], -1)
    toward = np.arctan2(outline.nipple[1] - starts[:, 1], outline.nipple[0] - starts[:, 0])
    curves = grow_curves(
        rng, starts, toward + rng.normal(0, 0.3, count), length=rng.uniform(0.25, 0.5, count), wander=0.9
    )
    return render_curves(canvas, curves, rng.uniform(0.12, 0.28, count), width=0.003)


def _inside_points(rng: np.random.Generator, outline: Outline, count: int) -> Array:
    """Draw points inside the breast, independent of the canvas size."""
    points = rng.random((count * 12, 2))
    size = outline.depth.shape[0]
    index = np.minimum((points * size).astype(int), size - 1)
    inside = outline.depth[index[:, 1], index[:, 0]] > 0.02
    return points[np.argsort(~inside, kind="stable")[:count]]
