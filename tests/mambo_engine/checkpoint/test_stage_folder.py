from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from mambo_engine.checkpoint import ConvertedStage, is_stage_folder, read_stage, read_stage_weights, write_stage
from mambo_engine.config import IntensityConfig
from mambo_engine.errors import BundleError
from mambo_engine.loading import load_denoiser
from tests.mambo_engine.conftest import tiny_stage, tiny_stage_config


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    state = tiny_stage("local").denoiser.state_dict()  # type: ignore[attr-defined]
    weights = {name: value.numpy() for name, value in state.items()}
    stage = ConvertedStage(tiny_stage_config("local"), IntensityConfig(kind="affine", mean=0.1), {"file": "a.pt"})
    write_stage(stage, weights, tmp_path / "stage")
    return tmp_path / "stage"


def change(folder: Path, **changes: object) -> None:
    path = folder / "stage.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_a_stage_comes_back_as_it_was_written_in_full_precision(folder: Path) -> None:
    assert is_stage_folder(folder)
    assert is_stage_folder(folder / "weights.safetensors")
    assert not is_stage_folder(folder.parent)
    stage = read_stage(folder)
    assert (stage.config, stage.intensity.mean) == (tiny_stage_config("local"), 0.1)
    assert stage.source == {"file": "a.pt"}
    weights = read_stage_weights(stage)
    assert stage.parameters == sum(value.size for value in weights.values())
    state = tiny_stage("local").denoiser.state_dict()  # type: ignore[attr-defined]
    assert all(np.array_equal(value, state[name].numpy()) for name, value in weights.items())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "mambo-stage/9"}, "got format 'mambo-stage/9', expected 'mambo-stage/1'"),
        ({"config": {}}, "NetworkConfig|network"),
        ({"surprise": 1}, "surprise"),
        ({"intensity": {"kind": "affine", "mean": 0.2}}, r"made for intensity .*0\.1"),
        ({"sha256": "0" * 64}, "got SHA-256"),
    ],
)
def test_a_stage_that_does_not_fit_is_refused(folder: Path, changes: dict[str, object], message: str) -> None:
    change(folder, **changes)
    with pytest.raises(BundleError, match=message):
        load_denoiser(folder, device="cpu")


def test_broken_settings_and_missing_weights_are_named(folder: Path) -> None:
    (folder / "weights.safetensors").unlink()
    with pytest.raises(BundleError, match=r"weights\.safetensors: No such file"):
        load_denoiser(folder, device="cpu")
    (folder / "stage.json").write_text("[1")
    with pytest.raises(BundleError, match="no JSON"):
        read_stage(folder)
    (folder / "stage.json").write_text("[1]")
    with pytest.raises(BundleError, match="got format 'list'"):
        read_stage(folder)
