"""Composition of the breast: fat, fibroglandular tissue, muscle and skin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mambo_engine.data.phantom.canvas import Array, Canvas, smoothstep
from mambo_engine.data.phantom.filaments import draw_filaments
from mambo_engine.data.phantom.outline import Outline
from mambo_engine.data.phantom.texture import power_law_field, sample_periodic, strand_net


@dataclass(frozen=True)
class DensityRecipe:
    """How a density class looks.

    Attributes:
        fraction: Range of the fibroglandular share of the breast area, 0..1.
        softness: Width of the border between fat and gland, in latent units.
        brightness: Mean brightness of the gland over fat.
        envelope: Weight of the gland's place against noise in the latent field.
        reticular: Weight of the strands in the latent field.
    """

    fraction: tuple[float, float]
    softness: float
    brightness: float
    envelope: float
    reticular: float


RECIPES = {
    "A": DensityRecipe((0.02, 0.08), 0.75, 0.42, 1.0, 0.5),
    "B": DensityRecipe((0.13, 0.26), 0.75, 0.66, 1.2, 0.45),
    "C": DensityRecipe((0.34, 0.52), 0.75, 0.82, 1.5, 0.45),
    "D": DensityRecipe((0.62, 0.80), 0.85, 0.95, 2.0, 0.45),
}


@dataclass(frozen=True)
class Tissue:
    """Brightness over fat and the gland it comes from, both (size, size).

    Attributes:
        brightness: 0 in plain fat, about 1 in dense gland.
        gland: Fibroglandular share 0..1.
    """

    brightness: Array
    gland: Array


def draw_tissue(canvas: Canvas, outline: Outline, *, density: str) -> Tissue:
    """Fill a breast with tissue.

    Args:
        canvas: Square and seed.
        outline: Shape of the breast.
        density: ACR class "A" to "D".
    """
    recipe = RECIPES[density]
    rank = "ABCD".index(density)
    net, shape = _nets(canvas, outline)
    coarse = power_law_field(canvas, "coarse", beta=4.0, low=4.0)
    latent = recipe.envelope * _envelope(canvas, outline, rank=rank) + 0.7 * coarse + recipe.reticular * shape
    gland = _gland(canvas, outline, latent, recipe)
    fine = power_law_field(canvas, "fine", beta=3.0, low=8.0)
    inner = 0.7 + 0.095 * net + 0.09 * shape + 0.09 * fine + 0.1 * coarse
    brightness = recipe.brightness * gland * inner.clip(0.15)
    brightness += (1 - gland) * (0.04 * net + 0.03 * shape + 0.04 * fine + 0.05)
    brightness += draw_filaments(canvas, outline, gland)
    return Tissue(_with_muscle(canvas, outline, brightness), gland * (1 - outline.pectoral))


def _nets(canvas: Canvas, outline: Outline) -> tuple[Array, Array]:
    """Strands around fat lobules, stretched along the lines to the nipple: all scales, and coarse."""
    x, y = canvas.axes()
    # The lines meet a little before the nipple, so that they do not pinch into one point.
    dx, dy = x - outline.nipple[0] - 0.05, y - outline.nipple[1]
    warp = power_law_field(canvas, "warp", beta=5.0, low=3.0)
    radius = np.hypot(dx, dy) + 0.014 * warp
    angle = np.arctan2(dy, -dx) + 0.09 * np.roll(warp, canvas.size // 3, axis=0)
    stretched = strand_net(canvas, "stretched net", frequencies=(9, 17, 33, 65, 130, 260), slope=0.7)
    polar = sample_periodic(stretched, radius * 0.8, angle * 0.34 + 0.5)
    plain = strand_net(canvas, "plain net", frequencies=(13, 26, 52, 104, 208, 416), slope=0.75)
    coarse = strand_net(canvas, "coarse net", frequencies=(7, 15, 29), slope=0.5)
    shape = sample_periodic(coarse, radius * 0.9, angle * 0.4 + 0.5)
    return (0.8 * polar + 0.6 * plain).astype(np.float32), shape


def _envelope(canvas: Canvas, outline: Outline, *, rank: int) -> Array:
    """Where gland lies: behind the nipple, inside a rim of fat, before retromammary fat."""
    rng = canvas.rng("envelope")
    x, y = canvas.axes()
    nx, ny = outline.nipple
    away = np.hypot(x - nx, y - ny)
    rim = rng.uniform(0.03, 0.05) * (1 - 0.13 * rank) * (1 - np.exp(-((away / 0.07) ** 2)))
    under_skin = smoothstep(outline.depth, rim * 0.5, rim + 0.035)
    depth_x = rng.uniform(0.42, 0.6) * nx
    offset = ny - rng.uniform(0.0, 0.09)
    spread_x, spread = nx * rng.uniform(0.42, 0.55), rng.uniform(0.17, 0.26)
    below, above = (0.72, 1.15) if outline.pectoral.any() else (1.0, 1.0)
    spread_y = spread * np.where(y > offset, below, above)
    place = np.exp(-0.5 * (((x - depth_x) / spread_x) ** 2 + ((y - offset) / spread_y) ** 2))
    back = smoothstep(x, 0.02, 0.14)
    return ((place - 0.5) * 2.2 + 0.35 * (back - 1) - 3.0 * (1 - under_skin)).astype(np.float32)


def _gland(canvas: Canvas, outline: Outline, latent: Array, recipe: DensityRecipe) -> Array:
    """Cut the latent field so that the wanted share of the breast is gland."""
    share = canvas.rng("fraction").uniform(*recipe.fraction)
    breast = (outline.depth > 0) & (outline.pectoral < 0.5)
    level = float(np.quantile(latent[breast], 1 - share))
    return (1 / (1 + np.exp(-(latent - level) / (recipe.softness * 0.6)))).astype(np.float32)


def _with_muscle(canvas: Canvas, outline: Outline, brightness: Array) -> Array:
    """Lay the pectoral muscle over the tissue."""
    if not outline.pectoral.any():
        return brightness
    rng = canvas.rng("muscle")
    fibers = power_law_field(canvas, "fibers", beta=2.6, low=3.0)
    x, y = canvas.axes()
    fibers = sample_periodic(fibers, outline.pectoral_along * 1.6, 0.22 * (y + 0.3 * x))
    tone = rng.uniform(0.4, 0.62) + 0.05 * fibers + 0.45 * np.minimum(outline.pectoral_along, 0.25)
    return brightness * (1 - 0.75 * outline.pectoral) + tone * outline.pectoral
