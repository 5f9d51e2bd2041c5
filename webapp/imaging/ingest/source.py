"""The one value that ingest passes on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

MIN_EDGE_PX = 64
MAX_EDGE_PX = 20_000  # 30 cm at 15 µm: no detector or scanner comes near
MAX_PIXELS = 80_000_000


@dataclass(frozen=True)
class Window:
    """A window in canonical values.

    Args:
        center: canonical value.
        width: canonical values; at least 1 for LINEAR, above 0 for the others.
        function: LINEAR, LINEAR_EXACT or SIGMOID. Source: DICOM PS3.3 C.11.2.1.2 and C.11.2.1.3.
    """

    center: float
    width: float
    function: str = "LINEAR"

    def __post_init__(self) -> None:
        """Check the function and the width."""
        if self.function not in {"LINEAR", "LINEAR_EXACT", "SIGMOID"}:
            raise ValueError(f"expected LINEAR, LINEAR_EXACT or SIGMOID, got {self.function!r}")
        if not self.width > 0 or (self.function == "LINEAR" and self.width < 1):
            raise ValueError(f"expected a positive width (LINEAR: at least 1), got {self.width}")


@dataclass(frozen=True)
class LookupTable:
    """A VOI table in canonical values.

    Args:
        first: canonical value of the first entry; smaller values take the first entry.
        levels: gray levels, 0 is black; larger values than the last take the last entry.
        bits: depth of the levels.
    """

    first: int
    levels: tuple[int, ...]
    bits: int


@dataclass(frozen=True)
class Preset:
    """A named way to show the picture: a window and, where the file has one, the exact table."""

    name: str
    window: Window
    table: LookupTable | None = None


@dataclass(frozen=True)
class SourceImage:
    """A picture in canonical form: air is 0, brighter is denser, chest wall at the left edge.

    Args:
        pixels: uint16 (rows, columns), 0 to 2^bits − 1.
        bits: declared bit depth, 8 to 16.
        spacing_mm: (row, column) spacing in mm, or none when the file says nothing. Never a default.
        spacing_kind: how the spacing was found: "calibrated", "detector plane", "declared" or "".
        laterality: "L", "R" or "".
        view: "CC", "MLO" or "".
        window: how to show it first; none means "by the percentiles inside the breast".
        presets: the file's own windows and tables.
        header: the facts that may be kept, by name.
        synthetic: whether the file says of itself that a model made it.
    """

    pixels: NDArray[np.uint16]
    bits: int = 12
    spacing_mm: tuple[float, float] | None = None
    spacing_kind: str = ""
    laterality: str = ""
    view: str = ""
    window: Window | None = None
    presets: tuple[Preset, ...] = ()
    header: Mapping[str, str] = field(default_factory=dict)
    synthetic: bool = False

    def __post_init__(self) -> None:
        """Check the form, since everything after this trusts it."""
        if self.pixels.dtype != np.uint16 or self.pixels.ndim != 2 or self.pixels.size == 0:
            raise ValueError(f"expected uint16 (rows, columns), got {self.pixels.dtype} {self.pixels.shape}")
        if not 8 <= self.bits <= 16:
            raise ValueError(f"expected 8 to 16 bits, got {self.bits}")
        if int(self.pixels.max()) >> self.bits:
            raise ValueError(f"expected values below 2^{self.bits}, got {int(self.pixels.max())}")
        if self.laterality not in {"", "L", "R"} or self.view not in {"", "CC", "MLO"}:
            raise ValueError(f"expected L/R and CC/MLO, got {self.laterality!r} and {self.view!r}")

    @property
    def rows(self) -> int:
        """Height in px."""
        return int(self.pixels.shape[0])

    @property
    def columns(self) -> int:
        """Width in px."""
        return int(self.pixels.shape[1])

    @property
    def pixel_sha256(self) -> str:
        """SHA-256 over size, depth and little-endian values: equal pictures, equal text."""
        digest = hashlib.sha256(f"{self.rows}x{self.columns}x{self.bits}:".encode())
        digest.update(np.ascontiguousarray(self.pixels, dtype="<u2").data)
        return digest.hexdigest()

    @property
    def facts(self) -> PictureFacts:
        """Everything but the pixels."""
        own = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "pixels"}
        return PictureFacts(rows=self.rows, columns=self.columns, pixel_sha256=self.pixel_sha256, **own)


@dataclass(frozen=True)
class PictureFacts:
    """A picture without its pixels: what travels between processes and into the library's row.

    Args:
        rows: height, px.
        columns: width, px.
        pixel_sha256: as `SourceImage.pixel_sha256`.
        bits: and all below: as in `SourceImage`.
    """

    rows: int
    columns: int
    pixel_sha256: str
    bits: int
    spacing_mm: tuple[float, float] | None
    spacing_kind: str
    laterality: str
    view: str
    window: Window | None
    presets: tuple[Preset, ...]
    header: Mapping[str, str]
    synthetic: bool
