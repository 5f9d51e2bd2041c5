"""Tables 6 and 9 of the paper: how well anomaly maps meet true lesions, by noise level and by lesion size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from mambo_engine.anomaly import (
    AnomalyResult,
    AnomalySettings,
    brightest,
    intersection_over_union,
    iou_by_area,
    segment,
)
from mambo_engine.cascade.cascade import Cascade
from mambo_engine.data.masks import Mask
from mambo_engine.data.phantom import PhantomLabels, draw_phantom
from mambo_engine.evaluation.bootstrap import bootstrap_mean
from mambo_engine.replication.scores import auc
from mambo_engine.replication.table import Measured, Row, Table
from mambo_engine.superresolution import shrunk

PAPER_LEVELS: Mapping[int, str] = MappingProxyType(
    {300: ".082", 400: ".139", 500: ".157", 600: ".198", 700: ".216", 800: ".200", 900: ".207"}
)
"""Mean IoU by noise level: Tab. 9."""

PAPER_AREAS: Mapping[int, str] = MappingProxyType(
    {64: ".019", 128: ".069", 222: ".125", 521: ".280", 951: ".423", 2187: ".393"}
)
"""Mean IoU by median lesion area, px at 256: Tab. 6."""

PAPER_SIDE = 256
OURS, BRIGHT = "IoU", "IoU, brightest pixels"
FIGURES = (OURS, "Dice", "pixel AUC", BRIGHT, "pixel AUC, brightness")
"""Of a case at a noise level; the last two without any model."""

HELD_OUT_SEED = 500_000  # phantoms from here on were never trained on
SUSPICIOUS = (3, 4, 5)


@dataclass(frozen=True)
class LesionCase:
    """One image with a lesion, at the side of stage 1.

    Attributes:
        name: of the image.
        image: (s, s) linear scale 0..1, chest wall on the left.
        breast: (s, s), not eroded.
        truth: (s, s), the lesion.
        patient: whose it is.
    """

    name: str
    image: NDArray[np.float32]
    breast: Mask
    truth: Mask
    patient: str


@dataclass(frozen=True)
class CaseScores:
    """Figures of one case.

    Attributes:
        area: of the lesion, px.
        values: (figures, levels), in the order of `FIGURES`.
        patient: whose it is.
    """

    area: int
    values: NDArray[np.float32]
    patient: str


def phantom_cases(count: int, side: int, *, size: int = 512) -> Iterator[LesionCase]:
    """Phantoms with a lesion that is at least a pixel at `side`; all labels in turn."""
    number = 0
    while count:
        labels = PhantomLabels(SUSPICIOUS[number % 3], "ABCD"[number % 4], ("CC", "MLO")[number % 2])
        phantom = draw_phantom(labels, size=size, seed=HELD_OUT_SEED + number)
        truth = shrunk_mask(phantom.lesion_mask, side)
        number += 1
        if truth.any():
            count -= 1
            image = shrunk((phantom.pixels / np.float32(4095)).astype(np.float32), side)
            name = f"phantom {number}"
            yield LesionCase(name, image, shrunk_mask(phantom.breast_mask, side), truth, name)


def shrunk_mask(mask: Mask, side: int) -> Mask:
    """Shrink a square mask: a pixel is set when at least half of its area is."""
    return np.asarray(shrunk(mask.astype(np.float32), side) >= 0.5, dtype=bool)


def circle_mask(shape: tuple[int, int], row: float, column: float, radius: float) -> Mask:
    """A disk of lesion, as mini-MIAS gives it."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return np.asarray((rows - row) ** 2 + (columns - column) ** 2 <= radius**2, dtype=bool)


def score_case(
    cascade: Cascade,
    case: LesionCase,
    levels: Sequence[int],
    settings: AnomalySettings,
    *,
    labels: Mapping[str, str],
    seed: int,
) -> CaseScores:
    """Segment one case at each noise level, all from the same noise, and score it.

    Raises:
        DataError: the case does not fit the cascade, or its breast is too small to be eroded.
    """
    values = []
    for level in levels:
        found = segment(
            cascade, case.image, case.breast, replace(settings, noise_level=level), seed, labels=labels
        )
        values.append(_figures(case, found))
    return CaseScores(int(case.truth.sum()), np.array(values, np.float32).T, case.patient)


def _figures(case: LesionCase, found: AnomalyResult) -> tuple[float, ...]:
    """In the order of `FIGURES`; pixels are told apart inside the eroded breast, where maps are looked for."""
    overlap = intersection_over_union(found.mask, case.truth)
    plain = brightest(case.image, found.inside, int(found.mask.sum()))
    truth = case.truth[found.inside]
    return (
        overlap,
        2 * overlap / (1 + overlap),
        auc(found.map[found.inside], truth),
        intersection_over_union(plain, case.truth),
        auc(case.image[found.inside], truth),
    )


def level_table(
    scores: Sequence[CaseScores], levels: Sequence[int], *, differs: Sequence[str], notes: Sequence[str], seed: int
) -> Table:
    """Table 9: mean figures by noise level, with intervals over patients."""
    rows = []
    for at, level in enumerate(levels):
        paper = {"IoU": PAPER_LEVELS[level]} if level in PAPER_LEVELS else {}
        rows.append(Row(f"{level}", _means(scores, at, seed), paper))
    return Table(
        "table-9", "Anomaly segmentation by noise level", "noise level", FIGURES, ("IoU",), tuple(rows),
        tuple(differs), tuple(notes),
    )  # fmt: skip


def area_table(
    scores: Sequence[CaseScores],
    at: int,
    *,
    bucket: int,
    side: int,
    differs: Sequence[str],
    notes: Sequence[str],
    seed: int,
) -> Table:
    """Table 6: mean IoU by lesion area at one noise level; the areas stand as shares of the image, too.

    Args:
        scores: of all cases.
        at: place of the noise level.
        bucket: images a bucket; 18 in the paper.
        side: of the images, px.
        differs: from the paper.
        notes: for the reader.
        seed: of the intervals.
    """
    areas = [float(one.area) for one in scores]
    order = np.argsort(np.asarray(areas), kind="stable")
    rows, first = [], 0
    for one in iou_by_area(areas, [float(each.values[0, at]) for each in scores], images=bucket):
        chosen = [scores[place] for place in order[first : first + one.images]]
        first += one.images
        share = 100 * one.median_area / side**2
        figures = {**_means(chosen, at, seed), "images": Measured(one.images)}
        rows.append(Row(f"ours: median {one.median_area:.0f} px, {share:.2f} %", figures))
    for area, iou in PAPER_AREAS.items():
        rows.append(Row(f"paper: median {area} px, {100 * area / PAPER_SIDE**2:.2f} %", {}, {"IoU": iou}))
    columns = (*FIGURES, "images")
    return Table(
        "table-6", "Anomaly segmentation by lesion area", "lesion area, px and share of the image", columns,
        ("IoU",), tuple(rows), tuple(differs), tuple(notes), {"images": 0},
    )  # fmt: skip


def _means(scores: Sequence[CaseScores], at: int, seed: int) -> dict[str, Measured]:
    """Mean of each figure at one noise level, with its interval over patients where there are two."""
    patients = np.unique([one.patient for one in scores], return_inverse=True)[1]
    found = {}
    for place, name in enumerate(FIGURES):
        values = np.array([one.values[place, at] for one in scores], dtype=np.float64)
        mean = Measured(float(values.mean()))
        found[name] = Measured.of(bootstrap_mean(values, patients, seed=seed)) if patients.any() else mean
    return found
