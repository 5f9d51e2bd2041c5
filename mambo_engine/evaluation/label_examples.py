"""Examples for the label network: whole pictures, and crops at full resolution, some of them blurred.

How much an example was blurred is one more label. It costs nothing to know, and features that can tell it see when
generated tissue is too smooth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage

from mambo_engine.errors import DataError
from mambo_engine.evaluation.label_network import fitted

SHARPNESS = "sharpness"
BLURS_PX = {"as it is": (0.0, 0.0), "soft": (0.7, 1.1), "blurred": (1.4, 2.2)}
"""Range of the Gaussian's standard deviation by the value of the label."""

CROP_FIELDS = ("density", SHARPNESS)
"""Fields that a crop can show; view and category belong to the whole picture."""

FINE_FIELDS = ("birads",)
"""Fields that a blurred picture is not asked for: what they rest on may be gone."""

CROPS = 1 / 3
"""Share of examples that are crops."""

LEVEL_SHARES = (0.6, 0.2, 0.2)
"""How often each blur comes in whole pictures; in crops all come equally often."""

CROP_SHARES = (1 / 8, 3 / 16, 1 / 4, 3 / 8, 1 / 2)
TISSUE = 0.02
SHIFT = 0.06
FRAME = 0.1
GAMMA, GAIN = 0.15, 0.1
UNKNOWN = -1


@dataclass(frozen=True)
class LabeledImages:
    """Pictures of one source with their labels.

    Attributes:
        name: of the source.
        images: (n, N, N) stored values.
        white: stored value that is 1 on the linear scale.
        labels: (n, fields) index of the value, -1 where it is unknown.
    """

    name: str
    images: NDArray[np.uint16]
    white: int
    labels: NDArray[np.int64]

    def picture(self, index: int) -> NDArray[np.float32]:
        """One picture on the linear scale."""
        return np.asarray(self.images[index], dtype=np.float32) / np.float32(self.white)


def relabeled(
    labels: NDArray[np.int64], own: Mapping[str, tuple[str, ...]], fields: Mapping[str, tuple[str, ...]]
) -> NDArray[np.int64]:
    """Bring label indices of a cache (1 = first value, 0 = unknown) to the values of `fields` (-1 = unknown).

    Raises:
        DataError: a value that `fields` does not have.
    """
    out = np.full((len(labels), len(fields)), UNKNOWN, dtype=np.int64)
    for column, (name, values) in enumerate(fields.items()):
        if name not in own:
            continue
        strange = sorted(set(own[name]) - set(values))
        if strange:
            raise DataError(f"{name}: got values {', '.join(strange)}, expected some of {', '.join(values)}")
        table = np.array([UNKNOWN, *(values.index(value) for value in own[name])])
        out[:, column] = table[labels[:, list(own).index(name)]]
    return out


def draw_example(
    source: LabeledImages, fields: Mapping[str, tuple[str, ...]], side: int, generator: np.random.Generator
) -> tuple[torch.Tensor, NDArray[np.int64]]:
    """Draw one training example: picture (1, side, side) and label indices (fields,), -1 = not asked.

    Args:
        source: pictures with labels of `fields` without sharpness.
        fields: all that the network reads, sharpness last.
        side: of the network's input.
        generator: of everything random.
    """
    index = int(generator.integers(len(source.images)))
    picture, labels = source.picture(index), source.labels[index].copy()
    names = [name for name in fields if name != SHARPNESS]
    if generator.random() < CROPS:
        picture, level = _cropped(picture, generator), int(generator.integers(len(BLURS_PX)))
        labels[[name not in CROP_FIELDS for name in names]] = UNKNOWN
    else:
        # Only craniocaudal views look the same upside down.
        mirrored = "view" in names and labels[names.index("view")] == fields["view"].index("CC")
        picture = fitted_array(_framed(picture, generator, mirrored=bool(mirrored)), side)
        picture, level = _shifted(picture, generator), int(generator.choice(len(BLURS_PX), p=LEVEL_SHARES))
        if level:
            labels[[name in FINE_FIELDS for name in names]] = UNKNOWN
    picture = _toned(_blurred(picture, level, generator), generator)
    return torch.from_numpy(fitted_array(picture, side))[None], np.append(labels, level)


def fitted_array(picture: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """One picture brought to the network's side."""
    return np.asarray(fitted(torch.from_numpy(np.ascontiguousarray(picture))[None, None], side)[0, 0].numpy())


def _cropped(picture: NDArray[np.float32], generator: np.random.Generator) -> NDArray[np.float32]:
    """A square around a random pixel of tissue."""
    size = len(picture)
    side = round(size * CROP_SHARES[int(generator.integers(len(CROP_SHARES)))])
    rows, columns = np.nonzero(picture[::8, ::8] > TISSUE)
    if not len(rows):
        return picture[:side, :side]
    at = int(generator.integers(len(rows)))
    top, left = (int(np.clip(8 * place - side // 2, 0, size - side)) for place in (rows[at], columns[at]))
    return picture[top : top + side, left : left + side]


def _framed(
    picture: NDArray[np.float32], generator: np.random.Generator, *, mirrored: bool
) -> NDArray[np.float32]:
    """A little nearer, the chest wall kept; upside down half of the time where that is as likely a picture."""
    size = len(picture)
    side = round(size * (1 - FRAME * generator.random()))
    top = int(generator.integers(size - side + 1))
    framed = picture[top : top + side, :side]
    return framed[::-1] if mirrored and generator.random() < 0.5 else framed


def _shifted(picture: NDArray[np.float32], generator: np.random.Generator) -> NDArray[np.float32]:
    """Moved along the chest wall by whole pixels; what comes in repeats the edge."""
    most = round(SHIFT * len(picture))
    shift = int(generator.integers(-most, most + 1))
    rows = np.clip(np.arange(len(picture)) - shift, 0, len(picture) - 1)
    return picture[rows]


def _blurred(picture: NDArray[np.float32], level: int, generator: np.random.Generator) -> NDArray[np.float32]:
    low, high = list(BLURS_PX.values())[level]
    sigma = generator.uniform(low, high)
    return np.asarray(ndimage.gaussian_filter(picture, sigma) if sigma else picture, dtype=np.float32)


def _toned(picture: NDArray[np.float32], generator: np.random.Generator) -> NDArray[np.float32]:
    """Other contrast and brightness, so that neither tells the density alone."""
    gamma = np.exp(generator.uniform(-GAMMA, GAMMA))
    gain = np.exp(generator.uniform(-GAIN, GAIN))
    return np.asarray(np.clip(gain * picture**gamma, 0.0, 1.0), dtype=np.float32)
