"""Methods outside this package: low resolutions written for them, and their pictures read by file name."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mambo_engine.config import require

if TYPE_CHECKING:
    from mambo_engine.evaluation.pictures import PictureSet

Images = NDArray[np.float32]
WHITE = 65535


@dataclass(frozen=True)
class Outside:
    """One method's pictures.

    Attributes:
        folder: that holds NAME_xFACTOR.png for each real picture NAME.
    """

    folder: Path

    def path(self, name: str, factor: int) -> Path:
        """Where the enlarged picture lies."""
        return self.folder / f"{_stem(name)}_x{factor}.png"

    def enlarged(self, names: Sequence[str], factor: int, _: Images, number: int) -> Images:
        """One picture (1, N, N) on the linear scale: stored values over the largest of their depth.

        Raises:
            DataError: the file cannot be read.
        """
        from mambo_engine.data.files import read_depth, read_image

        path = self.path(names[number], factor)
        # A file of 16 bits may hold fewer, and does not say so: all count, as --low writes them.
        white = np.float32(2 ** read_depth(path) - 1)
        return np.asarray(read_image(path).pixels / white, dtype=np.float32)[None]


def add_outside_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare --low and --outside."""
    group = parser.add_argument_group("methods outside this package")
    group.add_argument(
        "--low", type=Path, metavar="DIR", help="write what is to be enlarged: NAME_xFACTOR.png, 16 bit"
    )
    group.add_argument(
        "--outside",
        action="append",
        default=[],
        metavar="METHOD=DIR",
        help="pictures that another method made of them, under the same names; may be repeated",
    )


def outside_methods(
    options: argparse.Namespace, names: Sequence[str], factors: Sequence[int], size: int
) -> dict[str, Outside]:
    """The methods of --outside by name.

    Raises:
        ConfigError: a text without `=`, a method named twice, or files that are missing or of another size.
    """
    from mambo_engine.replication.enlarging import METHODS

    found: dict[str, Outside] = {}
    for text in options.outside:
        name, equals, folder = text.partition("=")
        require(bool(name and equals and folder), f"--outside: got {text!r}, expected METHOD=DIR")
        require(name not in {*found, *METHODS}, f"--outside: got {name} twice, expected different names")
        found[name] = Outside(Path(folder))
        _check(found[name], names, factors, size)
    return found


def _check(method: Outside, names: Sequence[str], factors: Sequence[int], size: int) -> None:
    paths = [method.path(name, factor) for name in names for factor in factors]
    missing = [path for path in paths if not path.is_file()]
    told = ", ".join(path.name for path in missing[:5]) + (" and more" if len(missing) > 5 else "")
    require(not missing, f"--outside {method.folder}: {len(missing)} of {len(paths)} files missing: {told}")
    for path in paths:
        with Image.open(path) as picture:
            got = picture.size
        require(got == (size, size), f"{path}: got {got[0]} x {got[1]} px, expected {size} x {size}")


def write_low(options: argparse.Namespace, real: PictureSet, factors: Mapping[int, int]) -> None:
    """Write the low resolutions of real pictures to --low, where it is given.

    Raises:
        ConfigError: --low lies in a repository, where real mammograms do not belong.
    """
    from mambo_engine.cli.gallery import outside_a_repository
    from mambo_engine.superresolution import degraded

    if options.low is None:
        return
    outside_a_repository(options.low)
    options.low.mkdir(parents=True, exist_ok=True)
    for name, image in zip(real.names, real.images, strict=True):
        for side, factor in factors.items():
            low = degraded(image, size=real.side, side=side)[1]
            stored = np.rint(low * WHITE).astype(np.uint16)
            Image.fromarray(stored).save(options.low / f"{_stem(name)}_x{factor}.png")


def _stem(name: str) -> str:
    """File name without its ending; a name that is no file's, such as `phantom 7`, with its blank replaced."""
    return Path(name).stem.replace(" ", "_")
