"""Signed tile addresses: `/t/<alias>/<expiry>/<signature>/<level>/<x>_<y>`."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from django.conf import settings

from webapp.core.tokens import same, signature

COOKIE = "mambo_tiles"
PATH = "/t/"


def binding_of(cookie: str) -> str:
    """Return the public face of a tile cookie: its hash, 22 characters; the cookie itself is stored nowhere."""
    return signature(b"mambo tile binding", cookie)


def tile_base(alias: str, expires: int, binding: str) -> str:
    """Return the base of a picture's tile addresses for one browser session.

    Args:
        alias: the picture's name in that session.
        expires: Unix time in seconds, 10 digits.
        binding: what `binding_of` made of the session's tile cookie.
    """
    return f"{PATH}{alias}/{expires:010d}/{_sign(alias, str(expires), binding)}"


@lru_cache(maxsize=8192)
def is_signed(alias: str, expires: str, given: str, cookie: str) -> bool:
    """Tell whether a signature belongs to this alias, expiry and cookie. Says nothing of the time."""
    return same(_sign(alias, expires, binding_of(cookie)), given)


def _sign(alias: str, expires: str, binding: str) -> str:
    return signature(_key(settings.SECRET_KEY), alias, expires, binding)


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return hashlib.sha256(b"mambo tile key|" + secret.encode()).digest()
