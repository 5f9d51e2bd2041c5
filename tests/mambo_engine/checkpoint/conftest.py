"""A tiny bundle on disk, and ways to spoil it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load_file, save_file

from mambo_engine.checkpoint import BundleManifest, write_bundle
from mambo_engine.config import STAGES, Defaults, IntensityConfig
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


def forge(bundle: Path, stage: str, edit: Callable[[dict[str, Any]], Mapping[str, Any]]) -> None:
    """Change the weights of a stage and set its hash right, as one who can write the folder would."""
    path = bundle / f"{stage}.safetensors"
    save_file(dict(edit(load_file(path))), path)
    rehash(bundle, stage)


def rehash(bundle: Path, stage: str) -> None:
    files = json.loads((bundle / "bundle.json").read_text())["files"]
    data = (bundle / f"{stage}.safetensors").read_bytes()
    change(bundle, files={**files, stage: hashlib.sha256(data).hexdigest()})
