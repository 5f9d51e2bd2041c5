"""The register of channels: what each looks at, and whether it may keep a study from opening.

"Packaging" is what we make ourselves (bytes, headers, sizes, frame): above its threshold a study can't open.
"Content" is in the pictures as their sources made them: reported, since looking at it is the readers' task.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studies.leakage import pixels

PACKAGING, CONTENT = "packaging", "content"
EQUAL, NONE, SEPARATE = "equal", "none", "separate"


@dataclass(frozen=True)
class LeakCase:
    """What can be seen of one case beside its anatomy.

    Args:
        picture: the study's copy, uint16 (rows, columns).
        dimensions: rows, columns, bits, tile size, overlap, levels.
        window: first window and presets.
        fields: names of the fields that a reader's script gets, sorted.
        headers: names and values of a tile answer's headers, without its length.
        stream: the fixed bytes at the start of the coded tiles.
        sizes: bytes sent, for each level.
        times_ms: time to answer, ms: of the first tile and the median one.
        places: at which place the case stands in each reader's order; NaN where a reader does not have it.
        found_names: names of the source that stand in anything sent.
    """

    picture: NDArray[np.uint16]
    dimensions: tuple[Any, ...]
    window: tuple[Any, ...]
    fields: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    stream: tuple[str, ...]
    sizes: tuple[float, ...]
    times_ms: tuple[float, ...]
    places: tuple[float, ...] = ()
    found_names: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Channel:
    """One line of the register.

    Args:
        key: its name.
        label: its name for people.
        register: its number in the register of leaks.
        kind: packaging or content.
        rule: equal (all cases alike), none (nothing may be found) or separate (a classifier tries).
        read: what it takes from a case.
    """

    key: str
    label: str
    register: str
    kind: str
    rule: str
    read: Callable[[LeakCase], Any]


CHANNELS = (
    Channel("names", "Names of the source in anything sent", "L01", PACKAGING, NONE, lambda c: c.found_names),
    Channel("order", "Place in the readers' orders", "L02", PACKAGING, SEPARATE, lambda c: c.places),
    Channel("dimensions", "Size, depth and levels", "L04", PACKAGING, EQUAL, lambda c: c.dimensions),
    Channel("window", "First window and presets", "L08", PACKAGING, EQUAL, lambda c: c.window),
    Channel("fields", "Fields that a reader's script gets", "L16", PACKAGING, EQUAL, lambda c: c.fields),
    Channel("headers", "Headers of the tiles", "L14", PACKAGING, EQUAL, lambda c: c.headers),
    Channel("stream", "Fixed bytes of the coded tiles", "L12", PACKAGING, EQUAL, lambda c: c.stream),
    Channel("sizes", "Bytes sent", "L13", PACKAGING, SEPARATE, lambda c: c.sizes),
    Channel("times", "Time to answer", "L13", PACKAGING, SEPARATE, lambda c: c.times_ms),
    Channel("side", "Side of the breast", "L05", PACKAGING, SEPARATE, lambda c: pixels.side(c.picture)),
    Channel("corners", "Corners", "L05", PACKAGING, SEPARATE, lambda c: pixels.corners(c.picture)),
    Channel("frame", "Outermost rows and column", "L07", PACKAGING, SEPARATE, lambda c: pixels.frame(c.picture)),
    Channel("background", "Spots and holes", "L07", PACKAGING, SEPARATE, lambda c: pixels.background(c.picture)),
    Channel("comb", "Comb of values", "L08", PACKAGING, SEPARATE, lambda c: pixels.value_comb(c.picture)),
    Channel("spectrum", "Fine and coarse texture", "L09", CONTENT, SEPARATE, lambda c: pixels.spectrum(c.picture)),
    Channel("seams", "Grid of a generator", "L10", CONTENT, SEPARATE, lambda c: pixels.seams(c.picture)),
    Channel("blocks", "Blocks of JPEG", "L11", CONTENT, SEPARATE, lambda c: pixels.blocks(c.picture)),
)
