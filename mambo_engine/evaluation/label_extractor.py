"""The built-in trained extractor: a label network with its file, which gives features and reads labels.

A folder holds `extractor.json`, `extractor.safetensors` and a card. The one in the package was trained in this
project on view, density and category (see its card); Fréchet distances on its features are not FID.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mambo_engine.checkpoint.tensors import check_tensors, read_tensors, write_tensors, write_whole
from mambo_engine.config import from_mapping, to_mapping
from mambo_engine.errors import BundleError, ConfigError, DataError
from mambo_engine.evaluation.features import Features, Pictures
from mambo_engine.evaluation.label_network import LabelNetwork, LabelNetworkConfig, fitted

FORMAT = "mambo-extractor/1"
BUILT_IN = Path(__file__).parents[1] / "bundles" / "extractor"
NAME = "labels-256"
BATCH = 16


@dataclass(frozen=True)
class LabelExtractor:
    """A trained label network, ready.

    Attributes:
        network: in evaluation mode.
        digest: SHA-256 of its weights' file.
        accuracy: share of held-out pictures read right, by source and field, as measured after training.
        name: for reports.
        comparable: what its figures may be compared with.
        needs_scale: no; all columns come from one layer.
    """

    network: LabelNetwork
    digest: str
    accuracy: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    name: str = NAME
    comparable: str = "only with figures of the same extractor and about as many pictures; this is not FID"
    needs_scale: bool = False

    @property
    def fields(self) -> Mapping[str, tuple[str, ...]]:
        """Label fields that it reads, and their values."""
        return self.network.config.fields

    def __call__(self, pictures: Pictures) -> Features:
        """Take features, one row a picture.

        Raises:
            DataError: there is no picture, or one is not a square on the linear scale.
        """
        rows = [self.network.features(batch).numpy() for batch in self._batches(pictures)]
        return Features(np.concatenate(rows).astype(np.float64), self.name, self.digest)

    def read(self, pictures: Pictures) -> dict[str, NDArray[np.float64]]:
        """Probabilities (n, values) of each field.

        Raises:
            DataError: as for features.
        """
        answers = [self.network(batch) for batch in self._batches(pictures)]
        return {
            name: torch.cat([answer[name] for answer in answers]).double().softmax(dim=1).numpy()
            for name in self.fields
        }

    @torch.inference_mode()
    def _batches(self, pictures: Pictures) -> list[torch.Tensor]:
        if not len(pictures):
            raise DataError(f"{self.name}: got no picture, expected at least one")
        squares = [_square(picture, number) for number, picture in enumerate(pictures)]
        side = self.network.config.side
        ready = [fitted(torch.from_numpy(square)[None, None], side)[0] for square in squares]
        return [torch.stack(ready[first : first + BATCH]) for first in range(0, len(ready), BATCH)]


def _square(picture: NDArray[np.floating], number: int) -> NDArray[np.float32]:
    image = np.ascontiguousarray(picture, dtype=np.float32)
    if image.ndim != 2 or image.shape[0] != image.shape[1] or not np.isfinite(image).all():
        raise DataError(f"picture {number}: got shape {image.shape}, expected a square of finite values")
    return image


def write_extractor(
    network: LabelNetwork, folder: Path, *, card: str, accuracy: Mapping[str, Mapping[str, float]]
) -> LabelExtractor:
    """Write a trained network and return it as read back: its weights are stored in half precision.

    Args:
        network: trained.
        folder: made when it is not there.
        card: Markdown text.
        accuracy: share of held-out pictures read right, by source and field.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    config = to_mapping(network.config)
    digest = write_tensors(folder / "extractor.safetensors", weights, declared={"config": config}, half=True)
    content = {"format": FORMAT, "config": config, "sha256": digest, "accuracy": accuracy}
    write_whole(folder / "extractor.json", (json.dumps(content, indent=2) + "\n").encode())
    write_whole(folder / "README.md", card.encode())
    return open_extractor(folder)


def open_extractor(folder: Path = BUILT_IN) -> LabelExtractor:
    """Open a trained extractor after checking its hash.

    Raises:
        BundleError: a file is missing, malformed or was changed.
    """
    path = folder / "extractor.json"
    try:
        content: dict[str, Any] = json.loads(path.read_text())
        config = _config(content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ConfigError) as error:
        raise BundleError(f"{path}: no extractor that can be read here ({error})") from error
    weights_path = folder / "extractor.safetensors"
    weights = read_tensors(weights_path, str(content["sha256"]), declared={"config": content["config"]})
    network = LabelNetwork(config)
    shapes = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    check_tensors(weights, shapes, weights_path)
    network.load_state_dict({name: torch.from_numpy(value).float() for name, value in weights.items()})
    network.eval().requires_grad_(False)
    return LabelExtractor(network, str(content["sha256"]), accuracy=content.get("accuracy", {}))


def _config(content: Mapping[str, Any]) -> LabelNetworkConfig:
    if content["format"] != FORMAT:
        raise ConfigError(f"format: got {content['format']!r}, expected {FORMAT!r}")
    raw = dict(content["config"])
    raw["fields"] = {str(name): tuple(map(str, values)) for name, values in raw["fields"].items()}
    raw["widths"] = tuple(map(int, raw["widths"]))
    return from_mapping(LabelNetworkConfig, raw)
