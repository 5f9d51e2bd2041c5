from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from mambo_engine.errors import ConfigError, DataError
from mambo_engine.evaluation.perceptual import Perceptual, open_perceptual

Save = Callable[[torch.nn.Module], Path]


class Trunk(torch.nn.Module):
    """Two feature maps: 3 and 4 channels, the second of half the side."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first = torch.nn.Conv2d(3, 3, 3, padding=1)
        self.second = torch.nn.Conv2d(3, 4, 2, stride=2)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        first = self.first(x)
        return first, self.second(first)


HEADS = {
    "lin0.model.1.weight": torch.tensor([0.5, 0.0, 1.0]),
    "lin1.model.1.weight": torch.tensor([1.0, 2.0, 0.3, 0.7]),
}


def write_heads(tmp_path: Path, heads: dict[str, torch.Tensor]) -> Path:
    path = tmp_path / "heads.safetensors"
    save_file({name: value.reshape(1, -1, 1, 1) for name, value in heads.items()}, path)
    return path


@pytest.fixture
def distance(tmp_path: Path, save_script: Save) -> Perceptual:
    return open_perceptual(save_script(Trunk()), write_heads(tmp_path, HEADS))


def pair() -> np.ndarray:
    return np.random.default_rng(1).random((2, 16, 16))


def test_distance_is_the_published_sum(distance: Perceptual) -> None:
    a, b = pair()
    expected = 0.0
    with torch.no_grad():
        shift, scale = np.array([-0.030, -0.088, -0.188]), np.array([0.458, 0.448, 0.450])
        fed = [
            torch.tensor((2 * one - 1 - shift[:, None, None]) / scale[:, None, None]).float()[None]
            for one in (a, b)
        ]
        maps = [[part[0].numpy() for part in Trunk()(one)] for one in fed]
    for layer, head in enumerate(HEADS.values()):
        x, y = (one[layer] / np.linalg.norm(one[layer], axis=0) for one in maps)
        expected += np.tensordot(head.numpy(), (x - y) ** 2, axes=1).mean()
    assert distance(a, b) == pytest.approx(expected, rel=1e-4)


def test_distance_is_symmetric_and_none_to_itself(distance: Perceptual) -> None:
    a, b = pair()
    assert distance(a, a) == 0
    assert distance(a, b) == pytest.approx(distance(b, a))
    assert distance(a, a + 0.05 * b) < distance(a, b)


def test_heads_of_another_trunk_are_refused(tmp_path: Path, save_script: Save) -> None:
    other = open_perceptual(save_script(Trunk()), write_heads(tmp_path, {"lin0.model.1.weight": torch.ones(3)}))
    with pytest.raises(ConfigError, match=r"got maps of \[\(2, 3\), \(2, 4\)\] .* expected \[\(2, 3\)\]"):
        other(*pair())


@pytest.mark.parametrize(
    ("heads", "message"),
    [
        ({"lin1.model.1.weight": torch.ones(3)}, "expected lin0"),
        ({**HEADS, "bias": torch.ones(1)}, "got .*bias"),
        ({"lin0.model.1.weight": -torch.ones(3)}, "below 0"),
    ],
)
def test_malformed_heads_are_refused(
    tmp_path: Path, save_script: Save, heads: dict[str, torch.Tensor], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        open_perceptual(save_script(Trunk()), write_heads(tmp_path, heads))


def test_files_that_do_not_do_are_refused(tmp_path: Path, save_script: Save, distance: Perceptual) -> None:
    trunk, text = save_script(Trunk()), tmp_path / "heads.pth"
    with pytest.raises(ConfigError, match="got no such file"):
        open_perceptual(trunk, text)
    text.write_text("weights")
    with pytest.raises(ConfigError, match="no file of tensors"):
        open_perceptual(trunk, text)
    with pytest.raises(ConfigError, match="got SHA-256"):
        open_perceptual(trunk, write_heads(tmp_path, HEADS), heads_sha256="0" * 64)
    with pytest.raises(DataError, match="expected one"):
        distance(np.ones((16, 16)), np.ones((16, 15)))


@pytest.mark.parametrize(("name", "layers"), [("alex", 5), ("vgg", 5), ("squeeze", 7)])
def test_published_heads_are_read(save_script: Save, shared_data: Path, name: str, layers: int) -> None:
    found = open_perceptual(save_script(Trunk()), shared_data / "lpips" / f"{name}.pth")
    assert len(found.heads) == layers
    assert all(head.ndim == 1 for head in found.heads)
