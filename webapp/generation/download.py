"""Writes a finished picture as a file that keeps every stored value and says what it is."""

from __future__ import annotations

import io
import json
from typing import Any

from PIL import Image as Raster
from PIL.PngImagePlugin import PngInfo

from webapp.generation import engine
from webapp.generation.models import GenerationRequest
from webapp.imaging.ingest.raster import PROVENANCE_KEY
from webapp.imaging.models import Image
from webapp.imaging.selectors import image_pixels

SYNTHETIC = "Synthetic, for research. Not for diagnosis."


def picture_png(request: GenerationRequest, image: Image) -> bytes:
    """Return the picture as a 16-bit gray PNG holding the stored values, with its provenance as text."""
    facts = PngInfo()
    facts.add_text("Comment", SYNTHETIC)
    facts.add_text("Software", f"MAMBO Reader, bundle {request.bundle}")
    facts.add_text(PROVENANCE_KEY, json.dumps(_provenance(request, image), sort_keys=True))
    out = io.BytesIO()
    Raster.fromarray(image_pixels(image).astype("<u2")).save(out, format="PNG", pnginfo=facts)
    return out.getvalue()


def picture_dcm(request: GenerationRequest, image: Image) -> bytes:
    """Return the picture as a DICOM file holding the stored values, with its provenance in the header."""
    return engine.picture_dicom(
        image_pixels(image),
        bits=image.bits,
        pixel_spacing_mm=image.pixel_spacing_mm_row,
        provenance=_provenance(request, image),
        text=f"{SYNTHETIC} Drawn by MAMBO Reader with the bundle {request.bundle}.",
        view=image.view,
        made=request.finished_at,
    )


def _provenance(request: GenerationRequest, image: Image) -> dict[str, Any]:
    return {
        "bundle": request.bundle,
        "bundle_digest": request.bundle_digest,
        "labels": request.labels,
        "seed": request.seed,
        "sampler": request.sampler,
        "steps": request.steps,
        "guidance": request.guidance,
        "code_version": request.code_version,
        "bits_stored": image.bits,
    }
