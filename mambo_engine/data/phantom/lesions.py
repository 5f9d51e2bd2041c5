"""Masses and calcifications that stand for BI-RADS categories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mambo_engine.data.phantom.canvas import Array, Canvas, smoothstep
from mambo_engine.data.phantom.filaments import grow_curves, render_curves
from mambo_engine.data.phantom.outline import Outline

MM = 1.0 / 240.0


@dataclass(frozen=True)
class Lesions:
    """What lesions add, (size, size): brightness over the tissue and the true mask."""

    brightness: Array
    mask: NDArray[np.bool_]


@dataclass(frozen=True)
class MassShape:
    """Shape and margin of a mass; lengths in units of the side.

    Attributes:
        radius: Mean radius.
        aspect: Ratio of the axes.
        lobes: Standard deviation of the outline's harmonics.
        margin: Width of the border; small is circumscribed.
        height: Brightness over the tissue.
        spicules: Number of spicules.
    """

    radius: float
    aspect: float
    lobes: float
    margin: float
    height: float
    spicules: int = 0


def draw_lesions(canvas: Canvas, outline: Outline, gland: Array, *, birads: int) -> Lesions:
    """Draw the lesions of a category.

    Category 1 has none; 2 round calcifications or an oval circumscribed mass of low density;
    3 an oval circumscribed mass; 4 an irregular indistinct mass or grouped pleomorphic
    calcifications; 5 a spiculated mass of high density, at times with fine linear calcifications.

    Args:
        canvas: Square and seed.
        outline: Shape of the breast.
        gland: Fibroglandular share 0..1; lesions lie where there is gland.
        birads: Category 1 to 5.

    Source: ACR BI-RADS Atlas, 5th edition, mammography lexicon.
    """
    empty = Lesions(np.zeros_like(gland), np.zeros(gland.shape, dtype=bool))
    rng = canvas.rng("lesions", birads)
    if birads == 1:
        return empty
    center = _place(rng, outline, gland)
    if birads == 2 and rng.random() < 0.6:
        return _benign_calcifications(canvas, rng, outline, gland)
    if birads == 4 and rng.random() < 0.45:
        return _grouped(canvas, rng, center, linear=False)
    mass = _mass(canvas, rng, center, _mass_shape(rng, birads))
    if birads == 5 and rng.random() < 0.5:
        return _join(mass, _grouped(canvas, rng, center, linear=True))
    return mass


def _mass_shape(rng: np.random.Generator, birads: int) -> MassShape:
    """Draw the shape that goes with a category."""
    if birads == 2:
        return MassShape(rng.uniform(4, 8) * MM, rng.uniform(1.1, 1.5), 0.01, 0.9 * MM, rng.uniform(0.25, 0.4))
    if birads == 3:
        return MassShape(rng.uniform(4, 9) * MM, rng.uniform(1.2, 1.7), 0.03, 1.1 * MM, rng.uniform(0.4, 0.58))
    if birads == 4:
        return MassShape(rng.uniform(5, 10) * MM, rng.uniform(1.0, 1.5), 0.14, 3.5 * MM, rng.uniform(0.45, 0.65))
    spicules = int(rng.integers(24, 44))
    return MassShape(
        rng.uniform(5, 10) * MM, rng.uniform(1.0, 1.4), 0.1, 2.4 * MM, rng.uniform(0.6, 0.85), spicules
    )


def _place(rng: np.random.Generator, outline: Outline, gland: Array) -> tuple[float, float]:
    """Choose a point well inside the breast, more often in gland."""
    points = rng.random((400, 2))
    size = gland.shape[0]
    index = np.minimum((points * size).astype(int), size - 1)
    rows, columns = index[:, 1], index[:, 0]
    fits = (outline.depth[rows, columns] > 0.06) & (outline.pectoral[rows, columns] < 0.05) & (points[:, 0] > 0.05)
    weight = fits * (0.25 + gland[rows, columns])
    chosen = int(np.searchsorted(np.cumsum(weight), rng.random() * weight.sum()))
    return float(points[chosen, 0]), float(points[chosen, 1])


def _mass(canvas: Canvas, rng: np.random.Generator, center: tuple[float, float], shape: MassShape) -> Lesions:
    """Draw one mass."""
    x, y = canvas.axes()
    tilt = rng.uniform(0, np.pi)
    dx, dy = x - center[0], y - center[1]
    u = (dx * np.cos(tilt) + dy * np.sin(tilt)) / np.sqrt(shape.aspect)
    v = (dy * np.cos(tilt) - dx * np.sin(tilt)) * np.sqrt(shape.aspect)
    angle, distance = np.arctan2(v, u), np.hypot(u, v)
    edge = np.full_like(distance, shape.radius)
    for order in range(2, 11):
        amount, phase = rng.normal(0, shape.lobes / np.sqrt(order - 1)), rng.uniform(0, 2 * np.pi)
        edge += shape.radius * amount * np.cos(order * angle + phase).astype(np.float32)
    inward = edge - distance
    body = smoothstep(inward, -shape.margin, shape.margin)
    dome = np.sqrt(np.clip(inward / shape.radius, 0, 1))
    brightness = shape.height * body * (0.6 + 0.4 * dome)
    if shape.spicules:
        brightness = brightness + _spicules(canvas, rng, center, shape)
    return Lesions(brightness.astype(np.float32), inward > 0)


def _spicules(canvas: Canvas, rng: np.random.Generator, center: tuple[float, float], shape: MassShape) -> Array:
    """Straight thin lines that run out from the mass."""
    count = shape.spicules
    headings = rng.uniform(0, 2 * np.pi, count)
    out = np.stack([np.cos(headings), np.sin(headings)], -1)
    starts = np.array(center) + out * shape.radius * 0.5
    length = shape.radius * rng.uniform(0.9, 2.8, count)
    curves = grow_curves(rng, starts, headings, length=length, wander=0.3)
    return render_curves(canvas, curves, rng.uniform(0.08, 0.26, count), width=0.32 * MM)


def _benign_calcifications(canvas: Canvas, rng: np.random.Generator, outline: Outline, gland: Array) -> Lesions:
    """Draw a few scattered round calcifications."""
    count = int(rng.integers(2, 7))
    points = np.array([_place(rng, outline, gland) for _ in range(count)])
    radii, heights = rng.uniform(0.5, 1.3, count) * MM, rng.uniform(0.9, 1.5, count)
    return _dots(canvas, points, radii, heights, tilts=np.zeros(count))


def _grouped(canvas: Canvas, rng: np.random.Generator, center: tuple[float, float], *, linear: bool) -> Lesions:
    """A cluster of small calcifications, or fine linear branching ones."""
    count = int(rng.integers(12, 30))
    reach_mm = (rng.uniform(7, 11), rng.uniform(2, 3.5)) if linear else rng.uniform(3, 8, 2)
    turn = rng.uniform(0, 2 * np.pi, count)
    local = np.stack([np.cos(turn), np.sin(turn)], -1) * np.sqrt(rng.random((count, 1))) * reach_mm * MM
    tilt = rng.uniform(0, np.pi)
    axes = np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]])
    points = local @ axes + np.array(center)
    radii = rng.uniform(0.17, 0.4, count) * MM
    heights = rng.uniform(0.9, 1.9, count)
    tilts = tilt + rng.normal(0, 0.45, count) if linear else rng.uniform(0, np.pi, count)
    dots = _dots(canvas, points, radii, heights, tilts=tilts, stretch=3.0 if linear else 1.4)
    x, y = canvas.axes()
    reach = np.full((canvas.size, canvas.size), np.inf, dtype=np.float32)
    for px, py in points:
        reach = np.minimum(reach, np.hypot(x - px, y - py))
    return Lesions(dots.brightness, dots.mask | (reach < 2.0 * MM))


def _dots(
    canvas: Canvas, points: Array, radii: Array, heights: Array, *, tilts: Array, stretch: float = 1.0
) -> Lesions:
    """Draw small bright bodies, each three overlapping discs in a row along its tilt."""
    brightness = np.zeros((canvas.size, canvas.size), dtype=np.float32)
    for (px, py), radius, height, tilt in zip(points, radii, heights, tilts, strict=True):
        along = np.linspace(-1, 1, 3) * radius * (stretch - 1)
        _add_disc(brightness, px + along * np.cos(tilt), py + along * np.sin(tilt), radius, height)
    return Lesions(brightness, brightness > 0.25)


def _add_disc(image: Array, xs: Array, ys: Array, radius: float, height: float) -> None:
    """Add the union of discs of one radius to an image, in place, over their own window only."""
    size = image.shape[0]
    reach = radius + 2.0 / size
    left, right = max(0, int((xs.min() - reach) * size)), min(size, int((xs.max() + reach) * size) + 2)
    top, bottom = max(0, int((ys.min() - reach) * size)), min(size, int((ys.max() + reach) * size) + 2)
    if right <= left or bottom <= top:
        return
    x = (np.arange(left, right) + 0.5) / size
    y = (np.arange(top, bottom) + 0.5)[:, None] / size
    cover = np.zeros((bottom - top, right - left))
    for cx, cy in zip(xs, ys, strict=True):
        cover = np.maximum(cover, np.clip((radius - np.hypot(x - cx, y - cy)) * size + 0.5, 0, 1))
    # Smaller than a pixel: cover the pixel in proportion, so that detail shows at any size.
    image[top:bottom, left:right] += (height * cover).astype(np.float32)


def _join(first: Lesions, second: Lesions) -> Lesions:
    """Add two findings."""
    return Lesions(first.brightness + second.brightness, ndimage.binary_fill_holes(first.mask | second.mask))
