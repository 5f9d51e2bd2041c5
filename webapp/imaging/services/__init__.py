"""The only writers of pictures."""

from webapp.imaging.services.images import (
    image_add,
    image_delete,
    image_ingest,
    image_normalize,
    source_read,
)
from webapp.imaging.services.tiles import SESSION_KEY, tiles_grant, tiles_revoke, tiles_sweep

__all__ = [
    "SESSION_KEY",
    "image_add",
    "image_delete",
    "image_ingest",
    "image_normalize",
    "source_read",
    "tiles_grant",
    "tiles_revoke",
    "tiles_sweep",
]
