"""Tables 6 and 9 of the paper: how well anomaly maps meet true lesions, by noise level and by lesion size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from mambo_engine.anomaly import AnomalySettings, brightest, intersection_over_union, iou_by_area, segment
from mambo_engine.cascade.cascade import Cascade
from mambo_engine.data.masks import Mask
from mambo_engine.data.phantom import PhantomLabels, draw_phantom
from mambo_engine.evaluation.bootstrap import bootstrap_mean
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
    """

    name: str
    image: NDArray[np.float32]
    breast: Mask
    truth: Mask


@dataclass(frozen=True)
class CaseScores:
    """IoU of one case: of the anomaly map by noise level, and of as many of the brightest pixels at each level."""

    area: int
    ours: NDArray[np.float32]
    bright: NDArray[np.float32]


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
            yield LesionCase(f"phantom {number}", image, shrunk_mask(phantom.breast_mask, side), truth)


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
    ours, bright = [], []
    for level in levels:
        found = segment(
            cascade, case.image, case.breast, replace(settings, noise_level=level), seed, labels=labels
        )
        ours.append(intersection_over_union(found.mask, case.truth))
        plain = brightest(case.image, found.inside, int(found.mask.sum()))
        bright.append(intersection_over_union(plain, case.truth))
    return CaseScores(int(case.truth.sum()), np.array(ours, np.float32), np.array(bright, np.float32))


def level_table(
    scores: Sequence[CaseScores], levels: Sequence[int], *, differs: Sequence[str], notes: Sequence[str], seed: int
) -> Table:
    """Table 9: mean IoU by noise level, with the interval over images."""
    rows = []
    for at, level in enumerate(levels):
        figures = {
            OURS: _mean([one.ours[at] for one in scores], seed),
            BRIGHT: _mean([one.bright[at] for one in scores], seed),
        }
        paper = {"IoU": PAPER_LEVELS[level]} if level in PAPER_LEVELS else {}
        rows.append(Row(f"{level}", figures, paper))
    return Table(
        "table-9", "Anomaly segmentation by noise level", "noise level", (OURS, BRIGHT), ("IoU",), tuple(rows),
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
    for one in iou_by_area(areas, [float(each.ours[at]) for each in scores], images=bucket):
        chosen = [scores[place] for place in order[first : first + one.images]]
        first += one.images
        share = 100 * one.median_area / side**2
        figures = {OURS: _mean([each.ours[at] for each in chosen], seed)}
        figures[BRIGHT] = _mean([each.bright[at] for each in chosen], seed)
        figures["images"] = Measured(one.images)
        rows.append(Row(f"ours: median {one.median_area:.0f} px, {share:.2f} %", figures))
    for area, iou in PAPER_AREAS.items():
        rows.append(Row(f"paper: median {area} px, {100 * area / PAPER_SIDE**2:.2f} %", {}, {"IoU": iou}))
    columns = (OURS, BRIGHT, "images")
    return Table(
        "table-6", "Anomaly segmentation by lesion area", "lesion area, px and share of the image", columns,
        ("IoU",), tuple(rows), tuple(differs), tuple(notes), {"images": 0},
    )  # fmt: skip


def _mean(values: Sequence[np.floating], seed: int) -> Measured:
    found = np.asarray(values, dtype=np.float64)
    if len(found) < 2:
        return Measured(float(found.mean()))
    return Measured.of(bootstrap_mean(found, seed=seed))
