"""Chest wall to the left edge, head side or outer side up; which breast it is stays a fact beside the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EDGE_SHARE = 0.04  # of the breast's box: how wide a strip at either side is compared
LYING = 1.3  # how much longer the top or bottom side must be to be the chest wall


@dataclass(frozen=True)
class Turn:
    """What brings a picture into canonical position: transpose first, then mirror."""

    transpose: bool = False
    mirror_columns: bool = False
    mirror_rows: bool = False

    def apply(self, picture: NDArray[np.uint16]) -> NDArray[np.uint16]:
        """Return the turned picture."""
        turned = picture.T if self.transpose else picture
        if self.mirror_columns:
            turned = turned[:, ::-1]
        if self.mirror_rows:
            turned = turned[::-1]
        return np.ascontiguousarray(turned)

    def spacing(self, spacing_mm: tuple[float, float] | None) -> tuple[float, float] | None:
        """Return the (row, column) spacing after the turn."""
        if spacing_mm is None or not self.transpose:
            return spacing_mm
        return spacing_mm[1], spacing_mm[0]


def turn_from_directions(directions: Sequence[str], *, laterality: str, view: str) -> Turn | None:
    """Return the turn that a Patient Orientation asks for, or none when it does not tell.

    Args:
        directions: where the row runs to and where the column runs to, for instance ("P", "FL").
        laterality: "L", "R" or "".
        view: "CC", "MLO" or "".

    Source: DICOM PS3.3 C.7.6.1.1.1; A anterior, P posterior, H head, F feet.
    """
    if len(directions) != 2 or not all(directions):
        return None
    row, column = (str(direction).upper()[:1] for direction in directions)
    transpose = column in {"A", "P"}
    if transpose:
        row, column = column, row
    if row not in {"A", "P"} or column not in {"H", "F", "L", "R"}:
        return None
    outer = laterality if view == "CC" else ""
    return Turn(transpose, mirror_columns=row == "P", mirror_rows=column in {"H", outer})


def turn_from_tissue(mask: NDArray[np.bool_]) -> Turn:
    """Return the turn that puts the breast's longest side, its chest wall, to the left.

    Args:
        mask: where the breast is, (rows, columns).
    """
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    if columns.size == 0:
        return Turn()
    box = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    tall, wide = (max(round(edge * EDGE_SHARE), 1) for edge in box.shape)
    left, right = float(box[:, :wide].sum() / wide), float(box[:, -wide:].sum() / wide)
    top, bottom = float(box[:tall].sum() / tall), float(box[-tall:].sum() / tall)
    # An axilla, too, may be wide at the top: a quarter turn needs a clearly longer side.
    if max(top, bottom) > LYING * max(left, right):
        return Turn(transpose=True, mirror_columns=bottom > top)
    return Turn(mirror_columns=right > left)
