"""Files in which drawings keep how far they are, so that another attempt goes on where a killed one ended.

They lie on the disk of the host that draws and, where the site has a store, there too: a host that is gone for
good takes no drawing along. Without a store an attempt on another host starts over, to the same picture.
"""

from __future__ import annotations

import logging
from pathlib import Path

from webapp.core.errors import StorageError
from webapp.core.kept import kept_bring, kept_path, kept_remove, kept_save, kept_times
from webapp.generation.models import LIVE, GenerationRequest, State

logger = logging.getLogger(__name__)

FOLDER, SUFFIX = "drawings", ".npz"


def checkpoint_path(request: GenerationRequest) -> Path:
    """Return where the drawing of a request keeps its state."""
    return kept_path(_name(request.token))


def checkpoint_bring(request: GenerationRequest) -> Path:
    """Return the same place, with what an earlier attempt has left in the store, if there was one.

    A store that is away costs what was drawn before, and not the picture.
    """
    earlier = request.attempts - (request.state == State.RUNNING)
    if earlier > 0:
        try:
            return kept_bring(_name(request.token), again=True)
        except StorageError:
            logger.warning("the kept drawing of %s can't be brought: it may be started over", request.token)
    return checkpoint_path(request)


def checkpoint_keep(path: Path) -> None:
    """Copy a state that was just written into the store.

    Raises:
        StorageError: when the store refuses.
    """
    kept_save(f"{FOLDER}/{path.name}")


def checkpoint_forget(request: GenerationRequest) -> None:
    """Remove the state of a request that has ended."""
    kept_remove(_name(request.token))


def checkpoints_sweep() -> int:
    """Remove the states of requests that have ended elsewhere or are gone; return how many."""
    kept = {name.removesuffix(SUFFIX) for name in kept_times(FOLDER) if name.endswith(SUFFIX)}
    live = GenerationRequest.objects.filter(token__in=kept, state__in=LIVE).values_list("token", flat=True)
    ended = kept - set(live)
    for token in ended:
        kept_remove(_name(token))
    return len(ended)


def _name(token: str) -> str:
    return f"{FOLDER}/{token}{SUFFIX}"
