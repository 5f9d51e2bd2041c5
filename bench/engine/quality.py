"""Quality of the fast path beside the reference scheme.

How far are fast pictures from reference pictures of other seeds, and how far are reference pictures from reference
pictures of other seeds? The fast path is as good where the first is no larger than the second, by 10 %.

The reference pictures are DDIM with 150 steps, drawn in waves, background skipped, in the chosen precision: waves
and skipping do not change a picture (tests hold them to it), and float32 one by one would take an hour more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bench.engine.schemes import DEFAULTS, FAST, REFERENCE_STEPS, Scheme, loaded, shortened
from bench.engine.texture import breast_crops, standardized, texture_figures
from bench.table import Row

if TYPE_CHECKING:
    from mambo_engine.cascade.cascade import Cascade

PICTURES = 6
REFERENCE = Scheme("the reference", "ddim", REFERENCE_STEPS)
SPECTRUM_SIDE, PATCH_SIDE = 128, 64
Images = Sequence[NDArray[np.float32]]


@dataclass(frozen=True)
class Figures:
    """What is compared of a set of pictures.

    Attributes:
        texture: (n, figures) of the crops.
        crops: (n, s, s) that the power spectrum is taken of.
        seams: squared difference across seams against that beside them.
    """

    texture: NDArray[np.float64]
    crops: NDArray[np.float32]
    seams: float


def measure(bundle: str, *, quick: bool = False) -> list[Row]:
    """Draw two sets of seeds by each scheme and compare across the sets."""
    cascade = loaded(bundle, "auto")
    count = 2 if quick else PICTURES
    found = {}
    for scheme in (REFERENCE, FAST, DEFAULTS):
        short = shortened(scheme) if quick else scheme
        found[scheme.name] = [figures_of(cascade, drawn(cascade, short, first, count)) for first in (1, 1 + count)]
    base = found.pop(REFERENCE.name)
    return quality_rows(base, found, count=count)


def drawn(cascade: Cascade, scheme: Scheme, first: int, count: int) -> Images:
    """Pictures (N, N) on the linear scale; labels take their values in turn, the same in every set."""
    from mambo_engine.cascade.sampling import ImageRequest

    requests = [
        ImageRequest({name: values[i % len(values)] for name, values in cascade.vocabulary.items()}, first + i)
        for i in range(count)
    ]
    return [result.image for result in cascade.sample_many(requests, **scheme.settings())]


def figures_of(cascade: Cascade, images: Images) -> Figures:
    """Take the figures of a set."""
    from mambo_engine.evaluation.seams import seam_ratio

    patches = breast_crops(images, PATCH_SIDE, PATCH_SIDE // 2)
    crops = breast_crops(images, SPECTRUM_SIDE, SPECTRUM_SIDE // 2)
    seams = seam_ratio(np.stack(images), cascade.stages["patch"].grid)
    return Figures(texture_figures(patches), crops, float(seams.ratio))


def quality_rows(base: list[Figures], found: dict[str, list[Figures]], *, count: int) -> list[Row]:
    """Rows for each scheme: its distance to the reference of other seeds against the reference's own."""
    rows = []
    measures = {
        "Fréchet distance of texture figures": frechet,
        "power spectrum, RMS of log10, .02–.4 c/px": spectrum,
    }
    for what, distance in measures.items():
        own = distance(base[0], base[1], base)
        rows.append(Row(f"{what}: reference against reference, {count} pictures each", own, ""))
        for name, sets in found.items():
            crossed = (distance(sets[0], base[1], base) + distance(sets[1], base[0], base)) / 2
            rows.append(Row(f"{what}: {name}", crossed, "", "reference against reference", crossed / own))
    seams = [one.seams for one in base]
    rows.append(
        Row("seam ratio: reference", float(np.mean(seams)), "", "its own other seeds", seams[0] / seams[1])
    )
    for name, sets in found.items():
        ratio = float(np.mean([one.seams for one in sets]))
        rows.append(Row(f"seam ratio: {name}", ratio, "", "reference", ratio / float(np.mean(seams))))
    return rows


def frechet(ours: Figures, theirs: Figures, base: list[Figures]) -> float:
    """Fréchet distance of the texture figures, each on the scale of the reference pictures."""
    from mambo_engine.evaluation.frechet import frechet_distance

    a, b = standardized([ours.texture, theirs.texture], np.concatenate([one.texture for one in base]))
    return float(frechet_distance(a, b))


def spectrum(ours: Figures, theirs: Figures, base: list[Figures]) -> float:
    """Distance of the power spectra."""
    from mambo_engine.evaluation.power_spectrum import power_spectrum, spectrum_distance

    return float(spectrum_distance(power_spectrum(ours.crops), power_spectrum(theirs.crops)))
