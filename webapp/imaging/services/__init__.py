"""The only writers of pictures."""

from webapp.imaging.services.batches import Fate, batch_ingest
from webapp.imaging.services.files import image_ingest
from webapp.imaging.services.images import image_add, image_delete, image_grow, image_normalize
from webapp.imaging.services.packs import packs_sweep
from webapp.imaging.services.tiles import SESSION_KEY, tiles_grant, tiles_revoke, tiles_sweep

__all__ = [
    "SESSION_KEY",
    "Fate",
    "batch_ingest",
    "image_add",
    "image_delete",
    "image_grow",
    "image_ingest",
    "image_normalize",
    "packs_sweep",
    "tiles_grant",
    "tiles_revoke",
    "tiles_sweep",
]
