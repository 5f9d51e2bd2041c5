"""Whether readers marked the same places."""

from __future__ import annotations

import pandas as pd

from studies.reporting.blocks.shapes import Block, Cell, Table
from studies.reporting.section import attempted
from studies.statistics.mark_agreement import mark_agreement

REACH = 0.05


def marks_block(marks: pd.DataFrame, *, rows: int, columns: int) -> Block | None:
    """Return agreement of each two readers' marks, finding by finding; None where nothing could be marked.

    Args:
        marks: one row per mark: `reader`, `case`, `finding`, `x`, `y`, `width`, `height` in pixels.
        rows: height of a study's picture; `columns`: its width.
        columns: see above.
    """
    if marks.empty:
        return None
    limit = REACH * (rows**2 + columns**2) ** 0.5
    centers = marks.assign(x=marks["x"] + marks["width"] / 2, y=marks["y"] + marks["height"] / 2)
    body: list[tuple[Cell, ...]] = []
    shares = []
    for finding, own in centers.groupby("finding", sort=True):
        section = attempted(lambda own=own: mark_agreement(own, limit=limit))  # type: ignore[misc]
        for pair in section.value or ():
            body.append(
                (
                    str(finding),
                    f"{pair.first} and {pair.second}",
                    pair.first_marks,
                    pair.second_marks,
                    pair.matched,
                    pair.agreement,
                )
            )
            shares.append(pair.agreement)
    readers = marks["reader"].nunique()
    if not body:
        return Block(
            "marks",
            f"{len(marks)} marks by {readers} reader{'' if readers == 1 else 's'}",
            missing="Fewer than two readers marked the same kind of finding.",
        )
    mean = sum(shares) / len(shares)
    return Block(
        "marks",
        f"Two readers marked the same place in {mean:.0%} of their marks on average",
        f"{len(marks)} marks by {readers} readers. Two marks match when their centers lie within {limit:.0f} px, "
        f"{REACH:.0%} of the picture's diagonal.",
        table=Table(
            ("Finding", "Readers", "Marks of the first", "Marks of the second", "Matched", "Agreement"),
            tuple(body),
        ),
        method=(
            "Greedy matching, closest pair first; positive agreement 2 × matched / marks of both (Fleiss 1975). "
            "There "
            "are no reference lesions, so this is agreement, not accuracy. The distance is this report's, not the "
            "protocol's.",
        ),
    )
