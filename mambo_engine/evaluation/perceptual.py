"""LPIPS: distance of two pictures in the feature maps of a network, weighed as people judged such distances.

Neither the network nor the weights come with this package: the user gives a TorchScript trunk (Alex, VGG, Squeeze)
that returns its feature maps, and the file of linear heads that belongs to it.

Source: Zhang et al., arXiv 1801.03924, eq. 1, version 0.1 of the heads.
"""

from __future__ import annotations

import hashlib
import pickle
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file

from mambo_engine.errors import ConfigError, DataError
from mambo_engine.evaluation.network_file import NetworkFile, open_network

SHIFT = (-0.030, -0.088, -0.188)
SCALE = (0.458, 0.448, 0.450)
"""By channel, of pictures on [-1, 1]: how version 0.1 feeds its trunks."""

HEAD = re.compile(r"lin(\d+)\.model\.1\.weight")


@dataclass(frozen=True)
class Perceptual:
    """LPIPS by one trunk and its heads.

    Attributes:
        trunk: returns a sequence of feature maps (B, C, h, w) of pictures (B, 3, H, W).
        heads: (C,) a feature map, none below 0.
        digest: SHA-256 of the file of heads; that of the trunk is `trunk.digest`.
    """

    trunk: NetworkFile
    heads: tuple[torch.Tensor, ...]
    digest: str

    @torch.inference_mode()
    def __call__(self, a: NDArray[np.floating], b: NDArray[np.floating]) -> float:
        """Distance of two pictures, 0 where they are the same.

        Args:
            a: (rows, columns) on the linear scale [0, 1].
            b: as `a`.

        Raises:
            DataError: other shapes.
            ConfigError: the trunk returns other maps than the heads are for.
        """
        if a.ndim != 2 or a.shape != b.shape:
            raise DataError(f"pictures: got shapes {a.shape} and {b.shape}, expected one (rows, columns)")
        maps = self._maps(np.stack([a, b]))
        gaps = [(one[0] - one[1]) ** 2 for one in map(_unit, maps)]
        return float(
            sum((head[:, None, None] * gap).sum(0).mean() for head, gap in zip(self.heads, gaps, strict=True))
        )

    def _maps(self, pictures: NDArray[np.floating]) -> list[torch.Tensor]:
        gray = torch.from_numpy(2 * pictures.astype(np.float32) - 1)[:, None].expand(-1, 3, -1, -1)
        shift, scale = (torch.tensor(values)[:, None, None] for values in (SHIFT, SCALE))
        try:
            found: Any = self.trunk.module((gray - shift) / scale)
        except (RuntimeError, torch.jit.Error) as error:
            why = str(error).strip().splitlines()[-1]
            raise ConfigError(
                f"{self.trunk.name}: does not run on pictures of {pictures.shape[1:]} ({why})"
            ) from error
        maps = list(found) if isinstance(found, (tuple, list)) else [found]
        got = [tuple(one.shape[:2]) if isinstance(one, torch.Tensor) else type(one).__name__ for one in maps]
        expected = [(2, len(head)) for head in self.heads]
        if got != expected:
            raise ConfigError(f"{self.trunk.name}: got maps of {got} (batch, channels), expected {expected}")
        return maps


def _unit(maps: torch.Tensor) -> torch.Tensor:
    """Each place's channels brought to length 1."""
    return maps / (maps.square().sum(dim=1, keepdim=True).sqrt() + 1e-10)


def open_perceptual(trunk: Path, heads: Path, *, trunk_sha256: str = "", heads_sha256: str = "") -> Perceptual:
    """Open a trunk and its heads.

    Args:
        trunk: TorchScript file.
        heads: safetensors, or a torch file of tensors, named lin0.model.1.weight (1, C, 1, 1) and so on.
        trunk_sha256: that the trunk must have, where it is known.
        heads_sha256: that the heads must have, where it is known.

    Raises:
        ConfigError: a file is missing, has another SHA-256, or holds something else.
    """
    weights, digest = _read_heads(heads, heads_sha256)
    return Perceptual(open_network(trunk, sha256=trunk_sha256), weights, digest)


def _read_heads(path: Path, sha256: str) -> tuple[tuple[torch.Tensor, ...], str]:
    if not path.is_file():
        raise ConfigError(f"{path}: got no such file, expected linear heads")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if sha256 and sha256.lower() != digest:
        raise ConfigError(f"{path}: got SHA-256 {digest}, expected {sha256.lower()}")
    try:
        tensors = load_file(path) if path.suffix == ".safetensors" else torch.load(path, "cpu", weights_only=True)
    except (SafetensorError, pickle.UnpicklingError, RuntimeError, EOFError, ValueError) as error:
        raise ConfigError(f"{path}: is no file of tensors alone") from error
    found = {int(match[1]): value for name, value in dict(tensors).items() if (match := HEAD.fullmatch(name))}
    if not found or len(found) != len(tensors) or sorted(found) != list(range(len(found))):
        raise ConfigError(f"{path}: got {sorted(tensors)}, expected lin0.model.1.weight and those that follow")
    heads = tuple(found[number].flatten().float() for number in range(len(found)))
    if any(not torch.isfinite(head).all() or (head < 0).any() for head in heads):
        raise ConfigError(f"{path}: got weights below 0 or not finite, expected none")
    return heads, digest
