"""Breast outline, nipple and pectoral muscle.

The chest wall is the left edge of the square. The skin is the zero line of
F(x, y) = w(y - droop * x) - x, where w is the width of the breast at height y.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from mambo_engine.data.phantom.canvas import Array, Canvas, smoothstep

DISTANCE_SIZE = 512
NIPPLE_RADIUS = 0.017


@dataclass(frozen=True)
class Outline:
    """Shape of one breast; lengths in units of the square's side.

    Attributes:
        depth: (size, size) distance to the skin, positive inside the breast.
        nipple: Position x, y of the nipple on the skin.
        pectoral: (size, size) share of muscle 0..1; all zero in CC.
        pectoral_along: (size, size) coordinate along the muscle fibres' normal.
    """

    depth: Array
    nipple: tuple[float, float]
    pectoral: Array
    pectoral_along: Array


@dataclass(frozen=True)
class Profile:
    """Width of the breast w(y) and how far it droops."""

    heights: Array
    widths: Array
    droop: float

    def level(self, x: Array, y: Array) -> Array:
        """Return F(x, y), positive inside."""
        return (np.interp(y - self.droop * x, self.heights, self.widths) - x).astype(np.float32)


def draw_outline(canvas: Canvas, *, view: str) -> Outline:
    """Draw the shape of a breast.

    Args:
        canvas: Square and seed.
        view: "CC" or "MLO".
    """
    profile = _craniocaudal(canvas) if view == "CC" else _mediolateral(canvas)
    nipple = _nipple_position(profile, canvas, view=view)
    x, y = canvas.axes()
    depth = _depth(profile, canvas)
    bump_rng = canvas.rng("nipple bump")
    shift = bump_rng.uniform(-0.95, -0.05) * NIPPLE_RADIUS
    bump = NIPPLE_RADIUS - np.hypot(x - nipple[0] - shift, (y - nipple[1]) * 0.8)
    depth = _smooth_union(depth, bump.astype(np.float32), 0.008)
    pectoral, along = (
        _pectoral(canvas, float(profile.level(np.zeros(1), np.zeros(1))[0]))
        if view == "MLO"
        else (np.zeros_like(depth), np.zeros_like(depth))
    )
    return Outline(depth=depth, nipple=nipple, pectoral=pectoral, pectoral_along=along)


def _craniocaudal(canvas: Canvas) -> Profile:
    """Half-ellipse-like profile with unequal halves."""
    rng = canvas.rng("craniocaudal")
    area, ratio = rng.uniform(0.28, 0.46), rng.uniform(0.95, 1.5)
    power, edge = rng.uniform(1.85, 2.2), rng.uniform(0.48, 0.68)
    center = 0.5 + rng.uniform(-0.02, 0.02)
    t = np.linspace(-1, 1, 2001)
    skew = rng.uniform(-0.08, 0.08)
    bent = t + skew * (1 - t * t)
    shape = (1 - np.abs(bent) ** power).clip(0) ** edge
    shape *= 1 + rng.normal(0, 0.007) * np.sin(3 * np.pi * t) + rng.normal(0, 0.007) * np.cos(2 * np.pi * t)
    fill = float(shape.mean() * 2)
    half = min(float(np.sqrt(area / (fill * ratio))), 0.485 - abs(center - 0.5))
    reach = min(area / (fill * half), 0.8)
    return _profile(center + half * t, reach * shape, droop=float(rng.uniform(-0.04, 0.04)))


def _mediolateral(canvas: Canvas) -> Profile:
    """Axillary tail above, rounded lower pole, fold and a strip of abdomen below."""
    rng = canvas.rng("mediolateral")
    area = rng.uniform(0.28, 0.46)
    fullest, bottom = rng.uniform(0.56, 0.66), rng.uniform(0.88, 0.955)
    tail, rise, flare = rng.uniform(0.42, 0.66), rng.uniform(1.7, 2.3), rng.uniform(0.85, 1.25)
    y = np.linspace(0, 1.0, 2001)
    s = ((fullest - y) / fullest).clip(0, 1)
    upper = tail + (1 - tail) * (1 - s**rise) ** flare
    t = ((y - fullest) / (bottom - fullest)).clip(0, 1)
    lower = (1 - t ** rng.uniform(1.8, 2.2)) ** rng.uniform(0.55, 0.8)
    shape = np.where(y < fullest, upper, lower)
    # Below the fold the skin of the abdomen goes on, nearly parallel to the chest wall.
    abdomen = rng.uniform(0.05, 0.2) + 0.15 * (y - bottom)
    shape = ndimage.gaussian_filter1d(np.logaddexp(shape * 22, abdomen * 22) / 22, 16, mode="nearest")
    reach = min(area / float(shape.mean()), 0.78)
    return _profile(y, reach * shape, droop=float(rng.uniform(0.0, 0.12)))


def _profile(heights: Array, widths: Array, *, droop: float) -> Profile:
    """Extend a sampled profile: on along its slope where it is open, empty where it is closed."""
    top, bottom = (_beyond(widths[:2]), _beyond(widths[:-3:-1]))
    reach = (len(heights) - 1) * (0.3 / np.ptp(heights))
    ends_y = np.concatenate(([heights[0] - 0.3], heights, [heights[-1] + 0.3]))
    ends = (widths[0] + reach * top, widths[-1] + reach * bottom)
    return Profile(ends_y, np.concatenate((ends[:1], widths, ends[1:])), droop)


def _beyond(last_two: Array) -> float:
    """Return the step of the width per sample beyond an end."""
    end, before = float(last_two[0]), float(last_two[1])
    return end - before if end > 0.02 else -0.5 / 100


def _nipple_position(profile: Profile, canvas: Canvas, *, view: str) -> tuple[float, float]:
    """Put the nipple on the skin near the point that lies furthest from the chest wall."""
    rng = canvas.rng("nipple")
    furthest = float(profile.heights[int(np.argmax(profile.widths))])
    height = furthest + (rng.uniform(-0.02, 0.03) if view == "CC" else rng.uniform(-0.01, 0.06))
    width = float(np.interp(height, profile.heights, profile.widths))
    return width, height + profile.droop * width


def _depth(profile: Profile, canvas: Canvas) -> Array:
    """Signed distance to the skin: exact transform inside, level set near the edge."""
    x, y = canvas.axes()
    level = profile.level(x, y)
    slope_y, slope_x = np.gradient(level, 1.0 / canvas.size)
    near = level / np.hypot(slope_x, slope_y).clip(1.0)
    coarse = Canvas(min(canvas.size, DISTANCE_SIZE), canvas.seed)
    inside = profile.level(*coarse.axes()) > 0
    far = (ndimage.distance_transform_edt(inside) - 0.5) / coarse.size
    far = ndimage.gaussian_filter(far.astype(np.float32), 1.0)
    if coarse.size != canvas.size:
        far = ndimage.zoom(far, canvas.size / coarse.size, order=1, grid_mode=True, mode="nearest")
    share = smoothstep(near, 0.004, 0.02)
    return (near * (1 - share) + far * share).astype(np.float32)


def _smooth_union(first: Array, second: Array, radius: float) -> Array:
    """Join two signed distances with a rounded seam."""
    h = np.clip(0.5 + 0.5 * (first - second) / radius, 0, 1)
    return (second * (1 - h) + first * h + radius * h * (1 - h)).astype(np.float32)


def _pectoral(canvas: Canvas, tail: float) -> tuple[Array, Array]:
    """Triangle of muscle in the upper left of a breast that is `tail` wide at the top edge."""
    rng = canvas.rng("pectoral")
    top = tail * rng.uniform(0.45, 0.78)
    low, bow = rng.uniform(0.4, 0.75), rng.uniform(-0.015, 0.045)
    x, y = canvas.axes()
    share = (y / low).clip(0, 1)
    edge = top * (1 - share) + 4 * bow * share * (1 - share)
    across = ((edge - x) / np.hypot(1.0, top / low)).astype(np.float32)
    across = np.where(y < low, across, -x - (y - low)).astype(np.float32)
    softness = rng.uniform(0.006, 0.014)
    return smoothstep(across, -softness * 0.4, softness), across
