from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from mambo_engine.checkpoint import read_weights, write_stage
from mambo_engine.config import Defaults, GeometryConfig, IntensityConfig
from mambo_engine.conversion import Declaration, Reading, assemble_bundle, convert_file
from mambo_engine.errors import BundleError
from mambo_engine.loading import load_bundle, load_denoiser
from tests.mambo_engine.conversion.layouts import prefixed, published

DECLARATION = Declaration("vindr", GeometryConfig(48, 16, 3, 0), Defaults("ddim", 4), "none", "VinDr", 0.08)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    contents = {
        "global": {"model_state": published(channels=1)},
        "local": {"model_state": prefixed(published(channels=3, outputs=3), "module.")},
        "patch": published(channels=3),
    }
    for name, content in contents.items():
        torch.save(content, tmp_path / f"{name}.pt")
    return {name: tmp_path / f"{name}.pt" for name in contents}


def test_three_files_make_a_bundle_that_draws_in_the_published_range(
    files: dict[str, Path], tmp_path: Path
) -> None:
    manifest = assemble_bundle(files, DECLARATION, tmp_path / "out")
    assert (manifest.vocabulary, manifest.defaults.steps, manifest.pixel_spacing_mm) == ({}, 4, 0.08)
    assert manifest.intensity.range == pytest.approx((-0.7, 5.548), abs=1e-3)
    assert {value.dtype for value in read_weights(manifest, "patch").values()} == {np.dtype(np.float32)}
    assert manifest.training["converted_from"]["local"]["output_channels"] == 3
    result = load_bundle(tmp_path / "out", device="cpu", precision="fp32").sample(seed=1)
    assert result.image.shape == (48, 48)
    assert 0.0 <= result.image.min() <= result.image.max() <= 1.0
    assert result.image.max() > 0.5  # network values above 1, which a clamp to -1..1 would cut to 0.27
    assert result.stored_pixels().max() <= 4095


def test_a_converted_folder_may_stand_for_a_file(files: dict[str, Path], tmp_path: Path) -> None:
    stage, weights = convert_file(files["patch"])
    write_stage(stage, weights, tmp_path / "patch")
    folder = assemble_bundle({**files, "patch": tmp_path / "patch"}, DECLARATION, tmp_path / "out").folder
    x, t = torch.randn(1, 3, 16, 16), torch.tensor([5])
    alone, bundled = load_denoiser(tmp_path / "patch", device="cpu"), load_denoiser(folder, "patch", device="cpu")
    assert torch.equal(alone(x, t), bundled(x, t))


def test_stages_that_do_not_belong_together_are_refused(files: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    other = Reading(intensity=IntensityConfig(kind="affine", mean=0.5))
    with pytest.raises(BundleError, match=r"stage patch: got .*mean=0.5.*expected .*mean=0.007.* in stage global"):
        assemble_bundle(files, DECLARATION, out, readings={"patch": other})
    with pytest.raises(BundleError, match="stage global got 3 input channels, expected 1"):
        assemble_bundle({**files, "global": files["patch"]}, DECLARATION, out)
    with pytest.raises(BundleError, match=r"got \['global'\], expected"):
        assemble_bundle({"global": files["global"]}, DECLARATION, out)
    assert not out.exists()
