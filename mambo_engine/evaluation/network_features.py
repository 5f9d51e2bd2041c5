"""Features by a network that the user supplies, such as Inception's pooled features or a mammography encoder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mambo_engine.errors import ConfigError, DataError
from mambo_engine.evaluation.features import Extractor, Features, Pictures, TextureExtractor
from mambo_engine.evaluation.network_file import BATCH, Feeding, NetworkFile, open_network


@dataclass(frozen=True)
class NetworkExtractor:
    """Takes one row of features a picture.

    Attributes:
        network: returns (B, d), or (B, d, h, w), which is averaged over h and w.
    """

    network: NetworkFile
    needs_scale: bool = False

    @property
    def name(self) -> str:
        """The file's name and how it is fed."""
        fed = self.network.feeding
        flags = "".join(f", {key}={value}" for key, value in sorted(fed.flags.items()))
        return f"{self.network.name} ({fed.side} px x {fed.channels}, {fed.low:g}..{fed.high:g}{flags})"

    @property
    def digest(self) -> str:
        """SHA-256 of the file."""
        return self.network.digest

    @property
    def comparable(self) -> str:
        """What the numbers may be compared with."""
        return "with figures of the same file, fed alike, on as many pictures"

    def __call__(self, pictures: Pictures) -> Features:
        """Take features, a few pictures at a time.

        Raises:
            DataError: no picture, or the network returns values that are not finite.
            ConfigError: the network does not run on them, or returns something else than features.
        """
        if not len(pictures):
            raise DataError(f"{self.name}: got no picture, expected at least one")
        starts = range(0, len(pictures), BATCH)
        rows = [self._rows(pictures[start : start + BATCH]) for start in starts]
        return Features(np.concatenate(rows), self.name, self.digest)

    def _rows(self, pictures: Pictures) -> NDArray[np.float64]:
        found: Any = self.network(pictures)
        shape = tuple(found.shape) if isinstance(found, torch.Tensor) else type(found).__name__
        if not isinstance(found, torch.Tensor) or found.ndim not in (2, 4) or len(found) != len(pictures):
            raise ConfigError(f"{self.name}: returned {shape}, expected ({len(pictures)}, d) or (…, d, h, w)")
        values = found.mean(dim=(2, 3)) if found.ndim == 4 else found
        return values.double().numpy()


def open_extractor(path: Path | None = None, *, sha256: str = "", feeding: Feeding | None = None) -> Extractor:
    """The extractor of a TorchScript file, or the built-in one.

    Args:
        path: of the file; texture-16 where not given.
        sha256: that it must have, where it is known.
        feeding: how pictures are fed; see `open_network`.

    Raises:
        ConfigError: the file cannot be used.
    """
    if path is None:
        return TextureExtractor()
    return NetworkExtractor(open_network(path, sha256=sha256, feeding=feeding))
