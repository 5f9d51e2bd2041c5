from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from mambo_engine.config import NetworkConfig
from mambo_engine.networks.unet import UNet, parameter_count

SMALL = NetworkConfig(base_channels=8, multipliers=(1, 2), norm_groups=4)


@pytest.mark.parametrize(
    ("channels_in", "channels_out", "count"), [(1, 1, 78_242_049), (3, 1, 78_254_593), (3, 3, 78_254_851)]
)
def test_parameter_count_equals_the_papers(channels_in: int, channels_out: int, count: int) -> None:
    assert parameter_count(NetworkConfig(in_channels=channels_in, out_channels=channels_out)) == count


def test_forward_equals_the_published_implementation(shared_data: Path) -> None:
    folder = shared_data / "reference_unet"
    state = torch.load(folder / "checkpoint.pt", weights_only=True)["model_state"]
    network = UNet(NetworkConfig(in_channels=3, out_channels=3, base_channels=16)).eval()
    network.load_state_dict({name.removeprefix("module."): value for name, value in state.items()})
    known = np.load(folder / "forward.npz")
    with torch.inference_mode():
        y = network(torch.from_numpy(known["x"]), torch.from_numpy(known["t"])).numpy()
    assert np.linalg.norm(y - known["y"]) / np.linalg.norm(known["y"]) < 1e-5


@pytest.mark.parametrize("stem_patch", [1, 2])
@pytest.mark.parametrize("refine_channels", [0, 4])
@pytest.mark.parametrize("blocks", [1, 2])
def test_forward_keeps_the_sides_with_every_option(stem_patch: int, refine_channels: int, blocks: int) -> None:
    config = NetworkConfig(
        in_channels=3,
        base_channels=8,
        multipliers=(1, 2),
        norm_groups=4,
        blocks_per_level=blocks,
        linear_attention=False,
        stem_patch=stem_patch,
        refine_channels=refine_channels,
        label_sizes=(5, 2),
    )
    network = UNet(config)
    out = network(torch.zeros(2, 3, 16, 16), torch.tensor([1, 1000]), torch.tensor([[0, 0], [5, 2]]))
    assert out.shape == (2, 1, 16, 16)


def test_forward_without_labels_is_the_null_class_and_repeats_in_evaluation() -> None:
    torch.manual_seed(0)
    network = UNet(NetworkConfig(base_channels=8, multipliers=(1, 2), norm_groups=4, label_sizes=(5,))).eval()
    x, t = torch.randn(2, 1, 16, 16), torch.tensor([3, 700])
    with torch.inference_mode():
        null = network(x, t, torch.zeros(2, 1, dtype=torch.long))
        assert torch.equal(network(x, t), null)
        labeled = network(x, t, torch.full((2, 1), 4))
        assert torch.equal(network(x, t, torch.full((2, 1), 4)), labeled)
    assert not torch.allclose(labeled, null)


def test_forward_of_one_example_does_not_depend_on_its_batch() -> None:
    torch.manual_seed(0)
    network = UNet(SMALL).eval()
    x, t = torch.randn(5, 1, 16, 16), torch.arange(1, 6)
    with torch.inference_mode():
        together, alone = network(x, t), network(x[3:4], t[3:4])
    assert torch.allclose(together[3:4], alone, atol=1e-5)
