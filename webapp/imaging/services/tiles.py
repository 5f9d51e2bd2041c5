"""Writes the addresses of tiles: who may have which picture, and for how long."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from webapp.core.tokens import random_token
from webapp.imaging.models import Image, TileAlias
from webapp.imaging.tile_address import binding_of, tile_base
from webapp.imaging.tile_lookup import shelf

SESSION_KEY = "tiles"
RENEW_S = 60 * 60  # addresses that would end within the hour are made anew


def tiles_grant(request: HttpRequest, image: Image, *, purpose: str = "") -> str:
    """Let this browser session have a picture's tiles and return the base of their addresses.

    Call it only after checking that the person may see the picture. Within a session the base stays the same
    for the same purpose, so that the browser's cache works.

    Args:
        request: with its session; the middleware sets the tile cookie on the answer.
        image: the picture.
        purpose: what it is shown for, up to 22 characters; the same picture has another name for another purpose.
    """
    session = _tile_session(request)
    binding = binding_of(session["cookie"])
    expires_at = datetime.fromtimestamp(session["expires"], UTC)
    alias, created = TileAlias.objects.get_or_create(
        image=image, binding=binding, purpose=purpose, defaults={"expires_at": expires_at}
    )
    if not created and alias.expires_at != expires_at:
        TileAlias.objects.filter(pk=alias.pk).update(expires_at=expires_at)
    request.tiles_granted = True  # type: ignore[attr-defined]
    return tile_base(alias.alias, session["expires"], binding)


def _tile_session(request: HttpRequest) -> dict[str, Any]:
    now = int(time.time())
    known = request.session.get(SESSION_KEY)
    if known and known["expires"] - now > RENEW_S:
        return known
    fresh = {
        "cookie": known["cookie"] if known else random_token(),
        "expires": now + settings.TILE_URL_LIFETIME_S,
    }
    request.session[SESSION_KEY] = fresh
    return fresh


def tiles_revoke(cookie: str) -> None:
    """End every tile address of a browser session: here at once, in other processes within a minute."""
    aliases = TileAlias.objects.filter(binding=binding_of(cookie))
    for alias in aliases.values_list("alias", flat=True):
        shelf.forget(alias)
    aliases.delete()


def tiles_sweep() -> int:
    """Remove expired tile aliases and return how many there were."""
    return TileAlias.objects.filter(expires_at__lte=timezone.now()).delete()[0]
