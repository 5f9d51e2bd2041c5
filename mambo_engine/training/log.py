"""What a run writes while it goes: CSV files, and TensorBoard events where tensorboardX is installed."""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LOSSES = "loss.csv"
HELD_OUT = "held_out.csv"


class RunLog:
    """The log of one run; what it holds beyond `iteration` is cut off, so a resumed run writes one curve.

    Args:
        folder: of the run.
        iteration: where the run stands.
        events: whether to write TensorBoard events too, if their library is installed.
    """

    def __init__(self, folder: Path, *, iteration: int, events: bool = True) -> None:
        self.folder = folder
        for name in (LOSSES, HELD_OUT):
            _cut(folder / name, iteration)
        self._events: Any = None
        if events and importlib.util.find_spec("tensorboardX"):
            from tensorboardX import SummaryWriter

            self._events = SummaryWriter(str(folder / "events"), purge_step=iteration + 1)

    def losses(self, iteration: int, loss: float, seconds: float, *, rate: float) -> None:
        """Note the mean loss up to an iteration, the seconds of the run, and the learning rate."""
        self._row(LOSSES, [iteration, f"{loss:.6f}", f"{seconds:.1f}"])
        self._scalars({"loss": loss, "learning_rate": rate}, iteration)

    def held_out(self, iteration: int, loss: float) -> None:
        """Note the loss on held-out images."""
        self._row(HELD_OUT, [iteration, f"{loss:.6f}"])
        self._scalars({"held_out_loss": loss}, iteration)

    def picture(self, iteration: int, pixels: NDArray[np.uint8]) -> None:
        """Keep a gray picture (rows, columns) of drawn examples."""
        from PIL import Image

        folder = self.folder / "pictures"
        folder.mkdir(exist_ok=True)
        Image.fromarray(pixels).save(folder / f"{iteration:07d}.png")
        if self._events:
            self._events.add_image("drawn", pixels[None], iteration)

    def close(self) -> None:
        """Write out what is buffered."""
        if self._events:
            self._events.close()

    def _scalars(self, values: dict[str, float], iteration: int) -> None:
        if self._events:
            for name, value in values.items():
                self._events.add_scalar(name, value, iteration)

    def _row(self, name: str, cells: Sequence[object]) -> None:
        with (self.folder / name).open("a", newline="") as file:
            csv.writer(file).writerow(cells)


def read_curve(path: Path) -> list[tuple[int, float]]:
    """Read iterations and losses of a CSV file of the log; empty where there is none."""
    if not path.is_file():
        return []
    with path.open(newline="") as file:
        return [(int(row[0]), float(row[1])) for row in csv.reader(file)]


def _cut(path: Path, iteration: int) -> None:
    """Keep the complete lines up to an iteration; the last one may have been cut by a kill."""
    if not path.is_file():
        return
    lines = path.read_text().splitlines(keepends=True)
    kept = [line for line in lines if line.endswith("\n") and int(line.split(",")[0]) <= iteration]
    if kept != lines:
        partial = path.with_suffix(".partial")
        partial.write_text("".join(kept))
        partial.replace(path)
