from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mambo_engine.checkpoint import BUNDLES, BundleManifest, read_manifest, read_weights, write_bundle
from mambo_engine.config import STAGES, Defaults, IntensityConfig
from mambo_engine.errors import BundleError
from mambo_engine.loading import load_bundle, load_denoiser
from tests.mambo_engine.conftest import GEOMETRY, VOCABULARY, tiny_stage, tiny_stage_config


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    manifest = BundleManifest(
        name="tiny",
        geometry=GEOMETRY,
        intensity=IntensityConfig(12, 0.6),
        stages={stage: tiny_stage_config(stage) for stage in STAGES},
        vocabulary=VOCABULARY,
        defaults=Defaults("dpmpp_2m", 3, 1.5),
        license="Apache-2.0",
        data="random weights",
        pixel_spacing_mm=2.5,
    )
    weights = {
        stage: {name: value.numpy() for name, value in tiny_stage(stage).denoiser.state_dict().items()}  # type: ignore[attr-defined]
        for stage in STAGES
    }
    write_bundle(manifest, weights, tmp_path / "tiny")
    return tmp_path / "tiny"


def change(bundle: Path, **changes: object) -> None:
    path = bundle / "bundle.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_manifest_comes_back_as_it_was_written_with_fields_in_order(bundle: Path) -> None:
    manifest = read_manifest(bundle)
    assert (manifest.size, manifest.patch_size, manifest.context_factor, manifest.overlap) == (96, 16, 2, 4)
    assert list(manifest.vocabulary) == ["view", "birads", "density"]
    assert manifest.vocabulary["view"] == ("CC", "MLO")
    assert manifest.defaults == Defaults("dpmpp_2m", 3, 1.5)
    assert manifest.stages["patch"] == tiny_stage_config("patch")
    assert len(manifest.digest) == 64


def test_weights_are_kept_as_float16_and_loaded_as_float32(bundle: Path) -> None:
    stored = read_weights(read_manifest(bundle), "global")
    assert {value.dtype for value in stored.values()} == {np.dtype(np.float16)}
    denoiser = load_denoiser(bundle, "global", device="cpu")
    assert {str(parameter.dtype) for parameter in denoiser.parameters()} == {"torch.float32"}
    assert not denoiser.training


def test_loaded_bundle_draws_the_same_image_each_time(bundle: Path) -> None:
    images = [load_bundle(bundle, device="cpu", precision="fp32").sample(seed=3).image for _ in range(2)]
    assert np.array_equal(*images)


def test_digest_changes_with_the_weights(bundle: Path) -> None:
    before = read_manifest(bundle)
    weights = {stage: read_weights(before, stage) for stage in STAGES}
    weights["local"]["init_conv.bias"] = weights["local"]["init_conv.bias"] + 1
    assert write_bundle(before, weights, bundle).digest != before.digest


def test_load_refuses_weights_that_were_changed(bundle: Path) -> None:
    path = bundle / "patch.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(BundleError, match="SHA-256"):
        load_bundle(bundle, device="cpu")


def test_load_refuses_a_pickle_in_place_of_weights(bundle: Path) -> None:
    (bundle / "patch.safetensors").write_bytes(b"\x80\x04cos\nsystem\n.")
    with pytest.raises(BundleError, match=r"patch\.safetensors"):
        load_bundle(bundle, device="cpu")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "mambo-bundle/99"}, "expected 'mambo-bundle/1'"),
        ({"stages": {}}, "expected .*global.*local.*patch"),
        ({"geometry": {"size": 95}}, "multiple of context_factor"),
        ({"vocabulary": {"view": ["CC"]}}, "expected .* by the vocabulary"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_read_manifest_refuses_what_does_not_fit(bundle: Path, changes: dict[str, object], message: str) -> None:
    change(bundle, **changes)
    with pytest.raises(BundleError, match=message):
        read_manifest(bundle)


def test_read_manifest_refuses_a_missing_key_broken_json_and_an_unknown_name(bundle: Path) -> None:
    content = json.loads((bundle / "bundle.json").read_text())
    del content["intensity"]
    (bundle / "bundle.json").write_text(json.dumps(content))
    with pytest.raises(BundleError, match="intensity"):
        read_manifest(bundle)
    (bundle / "bundle.json").write_text("{")
    with pytest.raises(BundleError, match="no JSON"):
        read_manifest(bundle)
    with pytest.raises(BundleError, match=r"expected one of: .*phantom"):
        read_manifest("no-such-bundle")


def test_missing_weights_are_named(bundle: Path) -> None:
    (bundle / "local.safetensors").unlink()
    with pytest.raises(BundleError, match=r"local\.safetensors"):
        load_bundle(bundle, device="cpu")


def test_reading_a_manifest_imports_no_torch() -> None:
    code = (
        "import sys, mambo_engine; from mambo_engine.checkpoint import read_manifest;"
        "read_manifest('phantom'); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_installed_bundle_is_whole_and_small() -> None:
    manifest = read_manifest("phantom")
    for stage in STAGES:
        assert read_weights(manifest, stage)
    assert sum(path.stat().st_size for path in (BUNDLES / "phantom").iterdir()) < 17e6
    assert list(manifest.vocabulary) == ["birads", "density", "view"]
