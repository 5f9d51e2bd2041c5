"""Table 7 without new training: the same networks, with one of their contexts taken away or of another width.

A context that is taken away is given as its own mean, so a network still has the brightness it looks for, and no
shape. The paper trains networks anew for each row; ours show what a trained network rests on.

Source: paper sec. 4.7 and 13, tab. 7.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.context import Canvas, sample_box
from mambo_engine.cascade.grid import Box, Grid, Patch
from mambo_engine.cascade.stage import Stage
from mambo_engine.evaluation.protocol import Comparison
from mambo_engine.replication.table import Measured, Row, Table

CHANNELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"global": (), "local": ("shifted", "global", "aligned"), "patch": ("local", "global", "aligned")}
)
"""Contexts of each stage, in order; the aligned one is ours and may be missing."""

FACTORS = (1, 2, 3)
UNIFIED = "Unified 4×"
PAPER: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        UNIFIED: {"local FID/LPIPS": "34.69/0.49", "patch FID/LPIPS": "51.84/0.39"},
        "without global": {"local FID/LPIPS": "19.78/0.48", "patch FID/LPIPS": "35.31/0.35"},
        "k = 1": {"patch FID/LPIPS": "29.96/0.34"},
        "k = 2": {"local FID/LPIPS": "35.92/0.50", "patch FID/LPIPS": "36.46/0.38"},
        "k = 3": {"local FID/LPIPS": "21.57/0.48", "patch FID/LPIPS": "34.55/0.34"},
    }
)
"""The paper's rows: Unified 4×, without global, Local 256, Local 512 and MAMBO."""

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "frechet": "Fréchet distance",
        "spectrum_distance": "spectrum, RMS of log10",
        "seam_local": "seam ratio, local",
        "seam_patch": "seam ratio, patch",
    }
)
"""Figures of a comparison by key, and what the table calls them."""

SECONDS = "seconds a picture"


@dataclass(frozen=True)
class Variant:
    """One way to give the networks their contexts.

    Attributes:
        name: of the row.
        blank: contexts that are given as their mean.
        factor: k of the local region that stage 3 sees; none: as it was trained.
        like: the paper's row that comes nearest; may be empty.
    """

    name: str
    blank: frozenset[str] = frozenset()
    factor: int | None = None
    like: str = ""


@dataclass(frozen=True)
class AblatedStage(Stage):
    """A trained stage whose contexts are changed by a variant."""

    variant: Variant = Variant("as trained")

    def contexts(self, coarser: tuple[Canvas, ...], patch: Patch) -> NDArray[np.float32]:
        """Context channels (C - 1, s, s) of `patch`, changed."""
        channels = super().contexts(coarser, patch).copy()
        if self.name == "patch" and self.variant.factor is not None:
            channels[0] = self._region(coarser[-1], patch, self.variant.factor)
        for at, name in zip(range(len(channels)), CHANNELS[self.name], strict=False):
            if name in self.variant.blank:
                channels[at] = channels[at].mean()
        return channels

    def _region(self, mid: Canvas, patch: Patch, factor: int) -> Canvas:
        """What lies around `patch` on the mid canvas, `factor` times as wide as the patch, s samples a side."""
        own, s = self.geometry.context_factor, self.geometry.patch_size
        row, column = self.grid.box(patch).scaled(1 / own).center
        side = s * factor / own
        box = Box(row - side / 2, column - side / 2, side, side)
        return sample_box(mid, box, s, background=self.intensity.background)


def variants(cascade: Cascade) -> tuple[Variant, ...]:
    """The rows that a trained cascade can give without new training, as it was trained first."""
    stage = cascade.stages["patch"]
    own = stage.geometry.context_factor
    found = [Variant(f"as trained, k = {own}", like=f"k = {own}")]
    found += [
        Variant(f"local region of k = {factor}", factor=factor, like=f"k = {factor}")
        for factor in FACTORS
        if factor != own
    ]
    found.append(Variant("without global contexts", frozenset({"global", "shifted"}), like="without global"))
    found.append(Variant("without local region", frozenset({"local"})))
    if stage.config.aligned_context:
        found.append(Variant("without aligned context", frozenset({"aligned"})))
    return tuple(found)


def ablated(cascade: Cascade, variant: Variant) -> Cascade:
    """The same networks with the contexts of a variant."""
    stages = {name: _ablated(stage, variant) for name, stage in cascade.stages.items()}
    return replace(cascade, stages=stages)


def _ablated(stage: Stage, variant: Variant) -> AblatedStage:
    return AblatedStage(**{one.name: getattr(stage, one.name) for one in fields(Stage)}, variant=variant)


def seam_grids(cascade: Cascade) -> dict[str, Grid]:
    """Where the patches of both patch stages meet, on the full picture."""
    geometry = cascade.stages["patch"].geometry
    k = geometry.context_factor
    return {
        "patch": Grid(geometry.size, geometry.patch_size, geometry.overlap),
        "local": Grid(geometry.size, k * geometry.patch_size, k * geometry.overlap),
    }


def row_of(variant: Variant, found: Comparison, seconds: Sequence[float]) -> Row:
    """The figures of the pictures of one variant."""
    ours = {
        COLUMNS[one.key]: Measured.of(one.generated)
        for one in found.figures
        if one.key in COLUMNS and np.isfinite(one.generated.estimate)
    }
    if len(seconds):
        ours[SECONDS] = Measured(float(np.median(seconds)))
    return Row(variant.name, ours, PAPER.get(variant.like, {}))


def real_row(found: Comparison) -> Row:
    """What real pictures reach: half against half, and their own seams at the same lines."""
    ours = {COLUMNS[one.key]: Measured(one.real) for one in found.figures if one.key in COLUMNS}
    return Row("real pictures", ours)


def ablation_table(rows: Sequence[Row], *, differs: Sequence[str], notes: Sequence[str]) -> Table:
    """The table; rows of the paper that nothing of ours comes near stand at its end."""
    met = [dict(row.paper) for row in rows]
    left = tuple(Row(f"paper: {name}", {}, told) for name, told in PAPER.items() if dict(told) not in met)
    return Table(
        name="table-7",
        title="Tab. 7: contexts changed or taken away",
        heading="contexts",
        columns=(*COLUMNS.values(), SECONDS),
        paper_columns=("local FID/LPIPS", "patch FID/LPIPS"),
        rows=(*rows, *left),
        differs=tuple(differs),
        notes=tuple(notes),
        digits={"Fréchet distance": 2, SECONDS: 1},
    )
