"""Pictures as files: the 8-bit thumbnail for lists, the exact 16-bit PNG to take along."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image as Picture

from webapp.imaging.ingest.voi import window_gray
from webapp.imaging.models import Image
from webapp.imaging.pyramid.geometry import PyramidDescriptor
from webapp.imaging.selectors import image_pixels, image_window

THUMBNAIL_PX = 320


def thumbnail_png(image: Image) -> bytes:
    """Return the picture under its first window, 8 bits, at most 320 px, as PNG without metadata."""
    layout = PyramidDescriptor(width=image.columns, height=image.rows, bits=image.bits)
    gray = window_gray(image_pixels(image, layout.min_level), image_window(image))
    picture = Picture.fromarray(np.rint(gray * 255).astype(np.uint8))
    picture.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Picture.Resampling.BOX)
    return _png(picture)


def exact_png(image: Image) -> bytes:
    """Return the canonical pixels as 16-bit PNG without metadata."""
    return _png(Picture.fromarray(image_pixels(image)))


def _png(picture: Picture.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
