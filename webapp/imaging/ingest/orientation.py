"""Chest wall to the left edge, head side or outer side up; which breast it is stays a fact beside the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EDGE_SHARE = 0.04  # of the breast's box: how wide a strip at either side is compared


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
    """Return the turn that puts the breast's longer side, its chest wall, to the left.

    Args:
        mask: where the breast is, (rows, columns).
    """
    columns = np.flatnonzero(mask.any(axis=0))
    if columns.size == 0:
        return Turn()
    first, last = int(columns[0]), int(columns[-1]) + 1
    strip = max(round((last - first) * EDGE_SHARE), 1)
    left = int(mask[:, first : first + strip].sum())
    right = int(mask[:, last - strip : last].sum())
    return Turn(mirror_columns=right > left)
