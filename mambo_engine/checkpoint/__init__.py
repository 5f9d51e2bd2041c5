"""Model bundles and converted stages on disk: JSON and safetensors, each file with its SHA-256.

No pickle: opening one runs no code. Reading what it declares loads neither torch nor weights.
"""

from mambo_engine.checkpoint.bundle import read_weights, write_bundle
from mambo_engine.checkpoint.manifest import BUNDLES, FORMAT, BundleManifest, bundle_folder, read_manifest
from mambo_engine.checkpoint.stage_folder import (
    ConvertedStage,
    is_stage_folder,
    read_stage,
    read_stage_weights,
    write_stage,
)
from mambo_engine.checkpoint.tensors import Weights, check_tensors

__all__ = [
    "BUNDLES",
    "FORMAT",
    "BundleManifest",
    "ConvertedStage",
    "Weights",
    "bundle_folder",
    "check_tensors",
    "is_stage_folder",
    "read_manifest",
    "read_stage",
    "read_stage_weights",
    "read_weights",
    "write_bundle",
    "write_stage",
]
