"""The weights of a bundle: read with every check, and written with hashes and a model card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from mambo_engine.checkpoint.card import model_card
from mambo_engine.checkpoint.manifest import CARD, FORMAT, BundleManifest, check_parts, read_manifest
from mambo_engine.checkpoint.tensors import Weights, read_tensors, write_tensors, write_whole
from mambo_engine.config import STAGES, to_mapping
from mambo_engine.errors import BundleError


def read_weights(manifest: BundleManifest, stage: str) -> dict[str, NDArray[Any]]:
    """Read one stage's weights after checking their hash and what the file says of itself.

    Raises:
        BundleError: no such stage, or the file is missing, was changed, is no safetensors file, or was made for
            another stage, patch size, context factor, intensity mapping or network.
    """
    if stage not in manifest.files:
        raise BundleError(f"bundle {manifest.folder}: got stage {stage!r}, expected one of {', '.join(STAGES)}")
    return read_tensors(manifest.path(stage), manifest.files[stage], declared=_declared(manifest, stage))


def _declared(manifest: BundleManifest, stage: str) -> dict[str, Any]:
    """What a stage's file and `bundle.json` must agree on."""
    return {
        "stage": stage,
        "patch_size": manifest.patch_size,
        "context_factor": manifest.context_factor,
        "intensity": to_mapping(manifest.intensity),
        "config": to_mapping(manifest.stages[stage]),
    }


def write_bundle(
    manifest: BundleManifest,
    weights: Mapping[str, Weights],
    folder: Path,
    *,
    card: str | None = None,
    half: bool = True,
) -> BundleManifest:
    """Write a bundle and return its manifest as read back.

    Args:
        manifest: what to declare; `files`, `model_card`, `digest` and `folder` are filled in here.
        weights: tensors of each stage.
        folder: made when it is not there; an older bundle in it is replaced.
        card: Markdown text of the model card; when none is given, the folder's own README.md stays, or one is made
            from the manifest.
        half: floating-point weights as float16.

    Raises:
        BundleError: the parts of the manifest do not fit together.
    """
    check_parts(replace(manifest, files=dict.fromkeys(weights, ""), folder=folder))
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        stage: write_tensors(
            folder / f"{stage}.safetensors", tensors, declared=_declared(manifest, stage), half=half
        )
        for stage, tensors in weights.items()
    }
    path = folder / CARD
    if card is not None or not path.is_file():
        write_whole(path, (card or model_card(manifest)).encode())
    hashed = hashlib.sha256(path.read_bytes()).hexdigest()
    content = {"format": FORMAT, **to_mapping(manifest), "files": files, "model_card": hashed}
    content = {key: value for key, value in content.items() if key not in {"digest", "folder"}}
    write_whole(folder / "bundle.json", (json.dumps(content, indent=2) + "\n").encode())
    return read_manifest(folder)
