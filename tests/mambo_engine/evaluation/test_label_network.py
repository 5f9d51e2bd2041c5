from __future__ import annotations

import pytest
import torch

from mambo_engine.errors import ConfigError
from mambo_engine.evaluation.label_network import LabelNetwork, LabelNetworkConfig, fitted

CONFIG = LabelNetworkConfig({"view": ("CC", "MLO"), "density": ("A", "B", "C")}, side=32, widths=(8, 8, 16))


def test_each_field_gets_as_many_answers_as_it_has_values() -> None:
    network = LabelNetwork(CONFIG)
    pictures = torch.rand(2, 1, 32, 32)
    answers = network(pictures)
    assert {name: tuple(logits.shape) for name, logits in answers.items()} == {"view": (2, 2), "density": (2, 3)}
    assert network.features(pictures).shape == (2, 16)


def test_a_picture_is_read_alike_beside_others() -> None:
    network = LabelNetwork(CONFIG).eval()
    pictures = torch.rand(3, 1, 32, 32)
    assert torch.allclose(network.features(pictures)[1:2], network.features(pictures[1:2]), atol=1e-6)


def test_shrinking_averages() -> None:
    checks = torch.tensor([[0.0, 1.0], [1.0, 0.0]]).repeat(16, 16)[None, None]
    assert fitted(checks, 16)[0, 0, 4:-4, 4:-4] == pytest.approx(0.5, abs=1e-6)
    assert fitted(checks, 32) is checks


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fields": {}}, "at least 2 in each"),
        ({"fields": {"view": ("CC",)}}, r"got \[1\] values"),
        ({"side": 36}, "side: got 36, expected a multiple of 8"),
        ({"widths": (8, 12)}, "multiples of 8"),
    ],
)
def test_settings_that_do_not_fit_are_refused(changes: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        LabelNetworkConfig(**{"fields": {"view": ("CC", "MLO")}, "side": 32, "widths": (8, 8, 16), **changes})
