from __future__ import annotations

import resource
from pathlib import Path

import pytest
import torch
from torch import nn

from mambo_engine.errors import BundleError, TrainingError
from mambo_engine.training.resume import initial_weights, load_state, save_state, start_from

STATE = {"iteration": 3, "network": {"w": torch.arange(4.0)}, "optimizer": {}, "ema": {"weights": {}}}


def test_a_saved_state_reads_back_the_same(tmp_path: Path) -> None:
    save_state(STATE, tmp_path / "checkpoint.pt")
    assert torch.equal(load_state(tmp_path / "checkpoint.pt")["network"]["w"], torch.arange(4.0))
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_a_write_that_fails_midway_keeps_the_checkpoint_before(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    save_state(STATE, path)
    large = {**STATE, "iteration": 4, "network": {"w": torch.zeros(300_000)}}
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))  # a write beyond fails, as on a full disk
    try:
        with pytest.raises(TrainingError, match=r"could not be written.*the checkpoint before it is unharmed"):
            save_state(large, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert load_state(path)["iteration"] == 3
    assert [found.name for found in tmp_path.iterdir()] == ["checkpoint.pt"]


@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"PK\x03\x04 cut"])
def test_a_broken_checkpoint_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(content)
    with pytest.raises(TrainingError, match=r"checkpoint\.pt: no checkpoint that can be read"):
        load_state(tmp_path / "checkpoint.pt")


def test_a_file_of_other_content_is_no_checkpoint(tmp_path: Path) -> None:
    torch.save({"weights": 1}, tmp_path / "checkpoint.pt")
    with pytest.raises(TrainingError, match="does not fit this experiment"):
        load_state(tmp_path / "checkpoint.pt")


def test_weights_come_from_a_stage_a_file_or_a_bundle(tmp_path: Path) -> None:
    (tmp_path / "patch").mkdir()
    averaged = {**STATE, "ema": {"weights": {"w": torch.ones(2)}}}
    save_state(averaged, tmp_path / "patch" / "checkpoint.pt")
    assert torch.equal(initial_weights("patch", tmp_path)["w"], torch.ones(2))
    assert torch.equal(initial_weights(str(tmp_path / "patch" / "checkpoint.pt"), tmp_path)["w"], torch.ones(2))
    assert initial_weights("bundle:phantom/patch", tmp_path)["init_conv.weight"].dtype == torch.float32


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        ("local", TrainingError, "train this stage first"),
        ("nowhere.pt", TrainingError, "got no checkpoint"),
        ("bundle:phantom", TrainingError, "expected bundle:NAME/STAGE"),
        ("bundle:none/patch", BundleError, "got no such name"),
    ],
)
def test_a_source_that_is_not_there_is_named(
    source: str, error: type[Exception], message: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=message):
        initial_weights(source, tmp_path)


def test_only_named_tensors_may_differ_in_shape() -> None:
    old, new = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2)), nn.Sequential(nn.Linear(5, 4), nn.Linear(4, 2))
    fresh = new[0].weight.detach().clone()
    with pytest.raises(TrainingError, match=r"0\.weight got \(4, 3\), expected \(4, 5\)"):
        start_from(new, old.state_dict())
    assert start_from(new, old.state_dict(), skip=("0.weight",)) == ["0.weight"]
    assert torch.equal(new[0].weight, fresh)
    assert torch.equal(new[1].weight, old[1].weight)
    with pytest.raises(TrainingError, match=r"1\.bias got absent"):
        start_from(new, {"0.bias": old[0].bias}, skip=("0.weight", "1.weight"))
