"""Random names that tell nothing, and signatures that bind them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

TOKEN_LENGTH = 22  # characters: 128 random bits in URL-safe base64 without padding


def random_token() -> str:
    """Return 128 random bits as 22 URL-safe characters, none that a command would take for an option."""
    while (token := secrets.token_urlsafe(16)).startswith("-"):
        pass
    return token


def signature(key: bytes, *parts: str) -> str:
    """Return the first 16 bytes of HMAC-SHA256 over the parts joined by `|`, as 22 URL-safe characters."""
    digest = hmac.new(key, "|".join(parts).encode(), hashlib.sha256).digest()[:16]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def same(left: str, right: str) -> bool:
    """Compare two strings in constant time; non-ASCII text is allowed and simply differs."""
    return hmac.compare_digest(left.encode(), right.encode())
