"""Signed tile addresses: `/t/<alias>/<expiry>/<signature>/<level>/<x>_<y>`."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from django.conf import settings

from webapp.core.tokens import same, signature

# A browser takes a name with this prefix over TLS only; the stricter "__Host-" would need the path "/".
COOKIE = "__Secure-mambo_tiles" if settings.SESSION_COOKIE_SECURE else "mambo_tiles"
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
    return f"{PATH}{alias}/{expires:010d}/{_sign(alias, str(expires), binding, settings.SECRET_KEY)}"


@lru_cache(maxsize=8192)
def is_signed(alias: str, expires: str, given: str, cookie: str) -> bool:
    """Tell whether a signature of the present key or an old one belongs to them. Says nothing of the time."""
    keys = map(str, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
    return any(same(_sign(alias, expires, binding_of(cookie), key), given) for key in keys)


def _sign(alias: str, expires: str, binding: str, key: str) -> str:
    return signature(_key(key), alias, expires, binding)


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return hashlib.sha256(b"mambo tile key|" + secret.encode()).digest()
