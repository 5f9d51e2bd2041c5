from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mambo_engine.checkpoint import BUNDLES, read_manifest, read_weights, write_bundle
from mambo_engine.config import STAGES, Defaults
from mambo_engine.errors import BundleError
from mambo_engine.loading import load_bundle, load_denoiser
from tests.mambo_engine.checkpoint.conftest import change, forge, rehash
from tests.mambo_engine.conftest import tiny_stage_config


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


def test_swapped_files_are_refused_although_their_shapes_and_hashes_fit(bundle: Path) -> None:
    local, patch = bundle / "local.safetensors", bundle / "patch.safetensors"
    data = local.read_bytes()
    local.write_bytes(patch.read_bytes())
    patch.write_bytes(data)
    for stage in ("local", "patch"):
        rehash(bundle, stage)
    with pytest.raises(BundleError, match=r"local\.safetensors: made for stage 'patch', expected 'local'"):
        load_bundle(bundle, device="cpu")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"geometry": {"size": 192, "patch_size": 32, "overlap": 4}}, "made for patch_size 16, expected 32"),
        (
            {"geometry": {"size": 96, "patch_size": 16, "context_factor": 3, "overlap": 4}},
            "made for context_factor 2, expected 3",
        ),
        ({"intensity": {"bits": 12, "gamma": 0.7}}, r"made for intensity .*0\.6.*, expected .*0\.7"),
    ],
)
def test_stages_that_disagree_with_the_bundle_on_s_k_or_intensity_are_refused(
    bundle: Path, changes: dict[str, object], message: str
) -> None:
    change(bundle, **changes)
    with pytest.raises(BundleError, match=message):
        load_bundle(bundle, device="cpu")


def test_stages_with_other_settings_than_they_were_trained_with_are_refused(bundle: Path) -> None:
    stages = json.loads((bundle / "bundle.json").read_text())["stages"]
    change(bundle, stages={**stages, "patch": {**stages["patch"], "prediction": "eps"}})
    with pytest.raises(BundleError, match=r"patch\.safetensors: made for config .*'prediction': 'v'"):
        read_weights(read_manifest(bundle), "patch")


def test_a_setting_that_is_younger_than_the_file_does_not_make_it_foreign(bundle: Path) -> None:
    stages = json.loads((bundle / "bundle.json").read_text())["stages"]
    for stage in stages.values():
        del stage["first_timestep"]
    change(bundle, stages=stages)
    assert read_weights(read_manifest(bundle), "patch")


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda w: {**w, "extra": np.ones(2)}, r"got \d+ tensors, expected \d+; 1 not known \(extra\)"),
        (lambda w: {k: v for k, v in w.items() if k != "init_conv.bias"}, r"1 missing \(init_conv.bias\)"),
        (lambda w: {**w, "init_conv.bias": np.ones(9)}, r"init_conv.bias got shape \(9,\), expected \(8,\)"),
        (lambda w: {**w, "init_conv.bias": np.full(8, np.inf)}, "init_conv.bias got NaN or infinite"),
        (lambda w: {**w, "init_conv.bias": np.ones(8, np.int32)}, "init_conv.bias got type int32"),
        (lambda w: {"a": np.ones(3)}, "got 1 tensors"),
    ],
)
def test_weights_that_are_not_the_networks_are_refused(bundle: Path, edit, message: str) -> None:  # type: ignore[no-untyped-def]
    forge(bundle, "global", edit)
    with pytest.raises(BundleError, match=rf"global\.safetensors: .*{message}"):
        load_bundle(bundle, device="cpu")


@pytest.mark.parametrize("keep", [0, 7, 100, -5])
def test_truncated_weights_are_refused_even_with_the_right_hash(bundle: Path, keep: int) -> None:
    path = bundle / "global.safetensors"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(BundleError, match="got SHA-256"):
        load_bundle(bundle, device="cpu")
    rehash(bundle, "global")
    with pytest.raises(BundleError, match="no safetensors file"):
        load_bundle(bundle, device="cpu")


def test_file_names_are_the_stages_own_and_lead_nowhere_else(bundle: Path) -> None:
    files = json.loads((bundle / "bundle.json").read_text())["files"]
    change(bundle, files={"../../secret": "0" * 64, **files})
    with pytest.raises(BundleError, match=r"got stages .*secret.*, expected \['global', 'local', 'patch'\]"):
        read_manifest(bundle)
    change(bundle, files=files)
    with pytest.raises(BundleError, match=r"got stage '\.\./patch', expected one of global, local, patch"):
        load_denoiser(bundle, "../patch", device="cpu")


def test_the_model_card_is_written_hashed_and_required(bundle: Path) -> None:
    card = bundle / "README.md"
    text = card.read_text()
    assert "96 x 96 px, 12 bit" in text
    assert "birads 1, 2, 3, 4, 5" in text
    card.write_text(text + "It is excellent.")
    with pytest.raises(BundleError, match="the model card was changed"):
        read_manifest(bundle)
    card.unlink()
    with pytest.raises(BundleError, match="expected the model card there"):
        read_manifest(bundle)


def test_a_hand_written_card_stays_when_a_bundle_is_written_again(bundle: Path) -> None:
    before = read_manifest(bundle)
    weights = {stage: read_weights(before, stage) for stage in STAGES}
    assert write_bundle(before, weights, bundle, card="# Mine\n").model_card
    assert write_bundle(before, weights, bundle).model_card
    assert (bundle / "README.md").read_text() == "# Mine\n"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pixel_spacing_mm": "wide"}, "pixel_spacing_mm got 'wide'"),
        ({"pixel_spacing_mm": -1.0}, "expected more than 0, or null"),
        ({"files": ["global"]}, "bundle"),
        ({"vocabulary": {"view": ["CC", "MLO"], "birads": ["1"], "density": ["A"]}}, r"expected \(2, 1, 1\)"),
        ({"geometry": {"size": 96, "patch_size": 17, "overlap": 4}}, "expected a multiple of 4"),
        ({"intensity": {"kind": "log"}}, "expected gamma or affine"),
    ],
)
def test_settings_that_make_no_sense_are_refused(bundle: Path, changes: dict[str, object], message: str) -> None:
    change(bundle, **changes)
    with pytest.raises(BundleError, match=message):
        read_manifest(bundle)
