"""Pictures that are drawn once and kept as arrays, each with what determines it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from mambo_engine.cascade.result import CascadeResult

Images = NDArray[np.float32]


@dataclass(frozen=True)
class KeptPictures:
    """A folder of drawn pictures; one that something else determines is drawn anew.

    Attributes:
        folder: made with the first picture.
        facts: what determines all of them.
    """

    folder: Path
    facts: Mapping[str, Any]

    def result(self, name: str, draw: Callable[[], CascadeResult]) -> tuple[Images, ...]:
        """The three images of a whole drawing: global, local, full."""

        def images() -> tuple[Images, ...]:
            drawn = draw()
            return drawn.global_image, drawn.local_image, drawn.image

        return self._kept(name, {}, images)

    def picture(self, name: str, facts: Mapping[str, Any], draw: Callable[[], Images]) -> Images:
        """One picture."""
        return self._kept(name, facts, lambda: (draw(),))[0]

    def _kept(
        self, name: str, facts: Mapping[str, Any], draw: Callable[[], tuple[Images, ...]]
    ) -> tuple[Images, ...]:
        path, told = self.folder / f"{name}.npz", json.dumps({**self.facts, **facts}, sort_keys=True)
        found = _read(path, told)
        if found is None:
            found = draw()
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_name(f".{path.name}")
            with unfinished.open("wb") as file:
                np.savez(file, *found, facts=np.array(told))
            unfinished.replace(path)
        return found


def _read(path: Path, told: str) -> tuple[Images, ...] | None:
    """What is kept, or none where nothing is, something else is, or the file is damaged."""
    try:
        with np.load(path) as file:
            if str(file["facts"]) != told:
                return None
            return tuple(file[key] for key in file.files if key != "facts")
    except (OSError, ValueError, KeyError, BadZipFile):
        return None
