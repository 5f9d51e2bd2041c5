"""How several pictures hang beside each other, as on a reading workstation. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MOST = 4
VIEWS = {"MLO": 0, "CC": 1}
SIDES = {"R": 0, "L": 1}  # the right breast hangs on the left


@dataclass(frozen=True)
class Position:
    """Which breast a picture shows and how it was taken; "" where that is not known."""

    laterality: str
    view: str


@dataclass(frozen=True)
class Step:
    """One arrangement: these panes, in rows of so many."""

    name: str
    panes: tuple[int, ...]
    columns: int


@dataclass(frozen=True)
class Hanging:
    """The order of the pictures, which of them are mirrored, and the arrangements to go through.

    Args:
        order: for each pane the number of its picture.
        mirrored: for each pane whether left and right change places. Canonical pictures have the chest wall on
            the left; a right breast beside a left one is turned back, so that the chest walls touch.
        steps: all panes first, then pairs.
    """

    order: tuple[int, ...]
    mirrored: tuple[bool, ...]
    steps: tuple[Step, ...]


def hang(positions: Sequence[Position]) -> Hanging:
    """Arrange one to four pictures: MLO over CC, right beside left, a second take of a position after the first.

    Raises:
        ValueError: for none, or more than four.
    """
    if not 1 <= len(positions) <= MOST:
        raise ValueError(f"Expected 1 to {MOST} pictures, got {len(positions)}.")
    order = sorted(range(len(positions)), key=_rank(positions))
    panes = [positions[number] for number in order]
    facing = {"R", "L"} <= {pane.laterality for pane in panes}
    mirrored = tuple(facing and pane.laterality == "R" for pane in panes)
    count = len(panes)
    everything = Step("All", tuple(range(count)), columns=count if count < MOST else 2)
    return Hanging(tuple(order), mirrored, (everything, *_pairs(panes)))


def _rank(positions: Sequence[Position]) -> Callable[[int], tuple[int, int, int, int]]:
    """Return the key that sorts by view, then by which of several takes, then by side, then as given."""
    seen: Counter[Position] = Counter()
    takes = []
    for position in positions:
        takes.append(seen[position])
        seen[position] += 1

    def rank(number: int) -> tuple[int, int, int, int]:
        position = positions[number]
        view, side = VIEWS.get(position.view, len(VIEWS)), SIDES.get(position.laterality, len(SIDES))
        return view, takes[number], side, number

    return rank


def _pairs(panes: Sequence[Position]) -> list[Step]:
    """Return the pairs inside a larger set: right and left of a view, or two takes of one position."""
    if len(panes) < 3:
        return []
    steps = []
    for view in VIEWS:
        found = [number for number, pane in enumerate(panes) if pane.view == view]
        if len(found) >= 2:
            steps.append(Step(view, tuple(found[:2]), columns=2))
        if len(found) == MOST:
            steps.append(Step(f"{view}, second", tuple(found[2:]), columns=2))
    return [step for step in steps if len(step.panes) < len(panes)]
