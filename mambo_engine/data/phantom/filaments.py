"""Ligaments, ducts and vessels as curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mambo_engine.data.phantom.canvas import Array, Canvas
from mambo_engine.data.phantom.outline import Outline

STEPS = 64


@dataclass(frozen=True)
class Kind:
    """One family of curves; lengths in units of the side.

    Attributes:
        name: Name of the random stream.
        count: Number of curves.
        width: Standard deviation of the profile.
        height: Range of the peak heights; low ones are more frequent.
        length: Range of the lengths.
        scatter: Standard deviation of the angle to the nipple, in radians.
        wander: Standard deviation of the turn along the curve, in radians.
        gland: True when the curves lie in gland only.
    """

    name: str
    count: int
    width: float
    height: tuple[float, float]
    length: tuple[float, float]
    scatter: float
    wander: float
    gland: bool = False


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


def draw_filaments(canvas: Canvas, outline: Outline, gland: Array) -> Array:
    """Draw strands of the gland, ligaments, ducts and vessels.

    Args:
        canvas: Square and seed.
        outline: Shape that gives the nipple.
        gland: Fibroglandular share 0..1; it has more and brighter strands than fat.

    Returns:
        (size, size) heights in units of glandular brightness.
    """
    kinds = (
        Kind("gland strands", 700, 0.0014, (0.02, 0.13), (0.03, 0.12), 0.5, 0.8, gland=True),
        Kind("wide strands", 160, 0.0028, (0.03, 0.13), (0.04, 0.14), 0.4, 0.7, gland=True),
        Kind("ligaments", 260, 0.0011, (0.03, 0.2), (0.05, 0.26), 0.35, 0.5),
        Kind("cooper", 130, 0.0012, (0.03, 0.16), (0.03, 0.09), 1.2, 0.7),
        Kind("ducts", 26, 0.002, (0.05, 0.16), (0.08, 0.3), 0.2, 0.4),
    )
    return sum((_draw_kind(canvas, outline, gland, kind) for kind in kinds), _vessels(canvas, outline))


def _draw_kind(canvas: Canvas, outline: Outline, gland: Array, kind: Kind) -> Array:
    """Draw the curves of one kind."""
    rng = canvas.rng(kind.name)
    starts = _inside_points(rng, outline, gland if kind.gland else None, kind.count)
    count = len(starts)
    headings = _toward_nipple(starts, outline) + rng.normal(0, kind.scatter, count)
    curves = grow_curves(rng, starts, headings, length=rng.uniform(*kind.length, count), wander=kind.wander)
    low, high = kind.height
    return render_curves(canvas, curves, low + (high - low) * rng.random(count) ** 2, width=kind.width)


def _vessels(canvas: Canvas, outline: Outline) -> Array:
    """A few long, wider, winding tubes from the chest wall."""
    rng = canvas.rng("vessels")
    count = int(rng.integers(2, 7))
    starts = np.stack([rng.uniform(0, 0.08, count), outline.nipple[1] + rng.uniform(-0.3, 0.25, count)], -1)
    headings = _toward_nipple(starts, outline) + rng.normal(0, 0.3, count)
    curves = grow_curves(rng, starts, headings, length=rng.uniform(0.25, 0.5, count), wander=0.9)
    return render_curves(canvas, curves, rng.uniform(0.1, 0.22, count), width=0.003)


def _toward_nipple(points: Array, outline: Outline) -> Array:
    """Return the directions from points to the nipple in radians."""
    return np.arctan2(outline.nipple[1] - points[:, 1], outline.nipple[0] - points[:, 0])


def _inside_points(rng: np.random.Generator, outline: Outline, gland: Array | None, count: int) -> Array:
    """Draw up to count points inside the breast, or inside the gland."""
    points = rng.random((count * 6, 2))
    size = outline.depth.shape[0]
    index = np.minimum((points * size).astype(int), size - 1)
    rows, columns = index[:, 1], index[:, 0]
    inside = outline.depth[rows, columns] > 0.02
    if gland is not None:
        inside &= gland[rows, columns] > rng.random(len(points))
    return points[inside][:count]
