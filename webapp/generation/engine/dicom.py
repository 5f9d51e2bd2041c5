"""A drawn picture as a DICOM file."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def picture_dicom(
    pixels: NDArray[np.uint16],
    *,
    bits: int,
    pixel_spacing_mm: float | None,
    provenance: Mapping[str, Any],
    text: str,
    view: str = "",
    made: datetime | None = None,
) -> bytes:
    """Return a picture as a Secondary Capture object that says of itself that it is synthetic.

    Args:
        pixels: uint16 (rows, columns), stored values.
        bits: bits that the stored values use.
        pixel_spacing_mm: side of a pixel, or None.
        provenance: plain facts; they go into the header whole.
        text: one sentence for people.
        view: CC, MLO or empty.
        made: when it was drawn.
    """
    from mambo_engine.data.dicom_output import Derivation, derived_dicom

    derivation = Derivation(text=text, provenance=provenance, view=view, made=made)
    dataset = derived_dicom(pixels, derivation, bits=bits, pixel_spacing_mm=pixel_spacing_mm)
    out = io.BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()
