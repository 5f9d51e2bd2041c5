"""Files in which drawings keep how far they are, so that another attempt goes on where a killed one ended.

They lie on the disk of the host that draws. An attempt on another host finds none and starts over, to the same
picture.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from webapp.generation.models import LIVE, GenerationRequest

SUFFIX = ".npz"


def checkpoint_path(request: GenerationRequest) -> Path:
    """Return where the drawing of a request keeps its state."""
    return _folder() / f"{request.token}{SUFFIX}"


def checkpoint_forget(request: GenerationRequest) -> None:
    """Remove the state of a request that has ended."""
    checkpoint_path(request).unlink(missing_ok=True)


def checkpoints_sweep() -> int:
    """Remove the states of requests that have ended elsewhere or are gone; return how many."""
    if not _folder().is_dir():
        return 0
    kept = {path.name.removesuffix(SUFFIX): path for path in _folder().glob(f"*{SUFFIX}")}
    live = GenerationRequest.objects.filter(token__in=kept, state__in=LIVE).values_list("token", flat=True)
    ended = set(kept) - set(live)
    for token in ended:
        kept[token].unlink(missing_ok=True)
    return len(ended)


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "drawings"
