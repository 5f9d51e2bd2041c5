"""Quality of the fast path beside the reference scheme.

How far are fast pictures from reference pictures of other seeds, and how far are reference pictures from reference
pictures of other seeds? The same is asked of the exact path, which more and more steps come to, and of held-out
phantoms where the model was trained on phantoms: the reference is not exact itself, and what counts is the data.

The reference pictures are DDIM with 150 steps, drawn in waves, background skipped, in the chosen precision: waves
and skipping do not change a picture (tests hold them to it), and float32 one by one would take an hour more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bench.engine.schemes import DEFAULTS, FAST, REFERENCE_STEPS, Scheme, loaded, shortened
from bench.table import Row
from mambo_engine.evaluation.texture import breast_crops, standardized, texture_figures

if TYPE_CHECKING:
    from mambo_engine.cascade.cascade import Cascade

PICTURES = 4
REFERENCE = Scheme("the reference", "ddim", REFERENCE_STEPS)
EXACT = Scheme("the exact path (60 steps of dpmpp_2m)", "dpmpp_2m", 60)
SPECTRUM_SIDE, PATCH_SIDE = 128, 64
HELD_OUT_SEED = 500_000  # phantoms from here on were never trained on
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
    from mambo_engine.checkpoint import read_manifest

    cascade, manifest = loaded(bundle, "auto"), read_manifest(bundle)
    count = 2 if quick else PICTURES
    found = {}
    for scheme in (REFERENCE, EXACT, FAST, DEFAULTS):
        short = shortened(scheme) if quick else scheme
        found[scheme.name] = [figures_of(cascade, drawn(cascade, short, first, count)) for first in (1, 1 + count)]
    fast = {name: found[name] for name in (FAST.name, DEFAULTS.name)}
    rows = distance_rows(REFERENCE.name, found[REFERENCE.name], fast)
    rows += distance_rows(EXACT.name, found[EXACT.name], {REFERENCE.name: found[REFERENCE.name], **fast})
    if "procedural phantoms" in manifest.data:
        held_out = [figures_of(cascade, phantoms(cascade, first, 4 * count)) for first in (1, 1 + 4 * count)]
        rows += distance_rows("held-out phantoms", held_out, {REFERENCE.name: found[REFERENCE.name], **fast})
    return [*rows, *seam_rows(found[REFERENCE.name], fast)]


def labels_at(vocabulary: Mapping[str, tuple[str, ...]], number: int, count: int) -> dict[str, str]:
    """Labels of picture `number`; they take their values in turn, the same in every set of `count`."""
    return {name: values[number % count % len(values)] for name, values in vocabulary.items()}


def phantoms(cascade: Cascade, first: int, count: int) -> Images:
    """Phantoms (N, N) on the linear scale, with the labels of the drawn pictures."""
    from mambo_engine.data.phantom import PhantomLabels, draw_phantom

    size = cascade.stages["patch"].geometry.size
    images = []
    for i in range(count):
        labels: dict[str, Any] = labels_at(cascade.vocabulary, i, PICTURES)
        asked = PhantomLabels(**{**labels, "birads": int(labels["birads"])})
        drawn_phantom = draw_phantom(asked, size=size, seed=HELD_OUT_SEED + first + i)
        images.append((drawn_phantom.pixels / 4095.0).astype(np.float32))
    return images


def drawn(cascade: Cascade, scheme: Scheme, first: int, count: int) -> Images:
    """Pictures (N, N) on the linear scale."""
    from mambo_engine.cascade.sampling import ImageRequest

    requests = [ImageRequest(labels_at(cascade.vocabulary, i, count), first + i) for i in range(count)]
    return [result.image for result in cascade.sample_many(requests, **scheme.settings())]


def figures_of(cascade: Cascade, images: Images) -> Figures:
    """Take the figures of a set."""
    from mambo_engine.evaluation.seams import seam_ratio

    patches = breast_crops(images, PATCH_SIDE, PATCH_SIDE // 2)
    crops = breast_crops(images, SPECTRUM_SIDE, SPECTRUM_SIDE // 2)
    seams = seam_ratio(np.stack(images), cascade.stages["patch"].grid)
    return Figures(texture_figures(patches), crops, float(seams.ratio))


def distance_rows(name: str, base: list[Figures], found: dict[str, list[Figures]]) -> list[Row]:
    """Rows for each scheme: its distance to `base` of other seeds against that of the two sets of `base`."""
    rows = []
    measures = {"texture, Fréchet": frechet, "power spectrum, RMS of log10": spectrum}
    for what, distance in measures.items():
        own = distance(base[0], base[1], base)
        rows.append(Row(f"{what}: {name} to itself", own, ""))
        for scheme, sets in found.items():
            crossed = (distance(sets[0], base[1], base) + distance(sets[1], base[0], base)) / 2
            rows.append(Row(f"{what}: {scheme} to {name}", crossed, "", f"{name} to itself", crossed / own))
    return rows


def seam_rows(base: list[Figures], found: dict[str, list[Figures]]) -> list[Row]:
    """Rows of the seam ratio, the reference first."""
    mean = float(np.mean([one.seams for one in base]))
    own = max(one.seams for one in base) / min(one.seams for one in base)
    rows = [Row(f"seam ratio: {REFERENCE.name}", mean, "", "its own with other seeds", own)]
    for scheme, sets in found.items():
        ratio = float(np.mean([one.seams for one in sets]))
        rows.append(Row(f"seam ratio: {scheme}", ratio, "", REFERENCE.name, ratio / mean))
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
