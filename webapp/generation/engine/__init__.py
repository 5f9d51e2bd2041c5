"""The only door to `mambo_engine`. Every import of it is inside a function: the web process never loads torch."""

from webapp.generation.engine.bundles import BundleUnavailableError, bundle_card, device_name, on_card, warm_up
from webapp.generation.engine.dicom import picture_dicom
from webapp.generation.engine.drawing import Given, StoppedError, draw
from webapp.generation.engine.screening import (
    ArtifactScore,
    CopyScore,
    References,
    artifact_score,
    copy_score,
    references_found,
)
from webapp.generation.engine.searching import DRAWS, HEALTHY, Finding, anomaly_card, search
from webapp.generation.engine.together import Part, draw_together, kept_stage
from webapp.generation.engine.watching import Observer, Picture, Region

__all__ = [
    "DRAWS",
    "HEALTHY",
    "ArtifactScore",
    "BundleUnavailableError",
    "CopyScore",
    "Finding",
    "Given",
    "Observer",
    "Part",
    "Picture",
    "References",
    "Region",
    "StoppedError",
    "anomaly_card",
    "artifact_score",
    "bundle_card",
    "copy_score",
    "device_name",
    "draw",
    "draw_together",
    "kept_stage",
    "on_card",
    "picture_dicom",
    "references_found",
    "search",
    "warm_up",
]
