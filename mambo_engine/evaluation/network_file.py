"""A network that the user supplies: one TorchScript file, known by its SHA-256, and how pictures are fed to it.

A TorchScript file is a program, if one without Python: take only those that you trust, and check the SHA-256. A
file FILE may have FILE.json beside it with the settings of `Feeding` and the `sha256` that FILE must have. The
Inception network of FID is known by its SHA-256 and needs none.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from mambo_engine.errors import ConfigError

BATCH = 8


@dataclass(frozen=True)
class Feeding:
    """How pictures are fed.

    Attributes:
        side: they are resized to, px.
        channels: the gray picture is repeated in.
        low: value that air, 0 on the linear scale, is brought to.
        high: value that 1 on the linear scale is brought to.
        flags: arguments given by name beside the pictures, for networks that have such.
    """

    side: int = 299
    channels: int = 3
    low: float = -1.0
    high: float = 1.0
    flags: Mapping[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ConfigError: a value is of another kind or range.
        """
        whole = [value for value in (self.side, self.channels) if type(value) is int and value > 0]
        if len(whole) != 2 or self.channels > 3 or not self.low < self.high or not isinstance(self.flags, Mapping):
            raise ConfigError(
                f"network: got {self}, expected side above 0, 1 to 3 channels, low below high, flags"
            )

    def tensor(self, pictures: Sequence[NDArray[np.floating]]) -> torch.Tensor:
        """Pictures on the linear scale as (B, channels, side, side)."""
        size = (self.side, self.side)
        small = [
            np.asarray(Image.fromarray(np.asarray(one, np.float32)).resize(size, Image.Resampling.BILINEAR))
            for one in pictures
        ]
        values = self.low + (self.high - self.low) * np.stack(small)
        return torch.from_numpy(values)[:, None].expand(-1, self.channels, -1, -1).contiguous()


INCEPTION_SHA256 = "f58cb9b6ec323ed63459aa4fb441fe750cfe39fafad6da5cb504a16f19e958f4"
"""Of inception-2015-12-05.pt, the TorchScript form of the network that FID stands on (Heusel et al. 2017)."""

KNOWN = {INCEPTION_SHA256: Feeding(side=299, channels=3, low=0.0, high=255.0, flags={"return_features": True})}
"""How files that are known by their SHA-256 are fed, unless told otherwise."""


@dataclass(frozen=True)
class NetworkFile:
    """An opened network.

    Attributes:
        module: the network, in evaluation mode.
        name: of the file.
        digest: SHA-256 of the file.
        feeding: how pictures are fed.
    """

    module: Any
    name: str
    digest: str
    feeding: Feeding

    @torch.inference_mode()
    def __call__(self, pictures: Sequence[NDArray[np.floating]]) -> Any:
        """Run the network on a few pictures at once.

        Raises:
            ConfigError: it cannot be run on such pictures.
        """
        batch = self.feeding.tensor(pictures)
        try:
            return self.module(batch, **self.feeding.flags)
        except (RuntimeError, torch.jit.Error) as error:
            why = str(error).strip().splitlines()[-1]
            raise ConfigError(f"{self.name}: does not run on pictures of {tuple(batch.shape)} ({why})") from error


def open_network(path: Path, *, sha256: str = "", feeding: Feeding | None = None) -> NetworkFile:
    """Open a TorchScript file.

    Args:
        path: of the file.
        sha256: that it must have, where it is known.
        feeding: how pictures are fed; where not given that of FILE.json, of a known SHA-256, or the defaults.

    Raises:
        ConfigError: there is no such file, it has another SHA-256, is no TorchScript, or FILE.json is malformed.
    """
    if not path.is_file():
        raise ConfigError(f"{path}: got no such file, expected a TorchScript network")
    settings, told = _beside(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    for expected in (sha256, told):
        if expected and expected.lower() != digest:
            raise ConfigError(f"{path}: got SHA-256 {digest}, expected {expected.lower()}")
    try:
        with warnings.catch_warnings():
            # torch announces another format; what users hold today are TorchScript files.
            warnings.simplefilter("ignore", DeprecationWarning)
            module = torch.jit.load(str(path), map_location="cpu").eval()  # type: ignore[no-untyped-call]
    except (RuntimeError, ValueError) as error:
        raise ConfigError(f"{path}: is no TorchScript network that can be opened") from error
    return NetworkFile(module, path.name, digest, feeding or settings or KNOWN.get(digest) or Feeding())


def _beside(path: Path) -> tuple[Feeding | None, str]:
    """Settings and SHA-256 that FILE.json gives; no settings where it gives none."""
    beside = path.with_name(path.name + ".json")
    if not beside.is_file():
        return None, ""
    try:
        told = json.loads(beside.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ConfigError(f"{beside}: is no JSON ({error})") from error
    known = {one.name for one in fields(Feeding)} | {"sha256"}
    if not isinstance(told, dict) or not told.keys() <= known:
        got = sorted(told) if isinstance(told, dict) else type(told).__name__
        raise ConfigError(f"{beside}: got {got}, expected some of {sorted(known)}")
    digest = str(told.pop("sha256", ""))
    try:
        return Feeding(**told) if told else None, digest
    except (ConfigError, TypeError) as error:
        raise ConfigError(f"{beside}: {error}") from error
