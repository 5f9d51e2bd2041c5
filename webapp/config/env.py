"""Reads settings from the environment and says which variable is wrong.

Nothing here falls back silently: a value that is present and malformed stops the process with the
variable's name, what it held and what was expected.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SQLITE_OPTIONS = {
    # IMMEDIATE takes the write lock at BEGIN: a deferred transaction that upgrades later fails at once
    # with "database is locked", whatever the timeout.
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


def text(name: str, default: str | None = None) -> str:
    """Return the variable `name`, or `default`; raise when neither is there."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. It is required; see docs/configuration.md.")
    return value


def flag(name: str, default: bool = False) -> bool:
    """Return the variable `name` as a boolean (`1/true/yes/on` or `0/false/no/off`)."""
    raw = os.environ.get(name, "").strip().lower()
    if raw == "":
        return default
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={raw!r}: expected one of 1, true, yes, on, 0, false, no, off.")


def count(name: str, default: int) -> int:
    """Return the variable `name` as a whole number, at least 0."""
    raw = os.environ.get(name, "").strip() or str(default)
    if not (raw.isascii() and raw.isdigit()):
        raise ImproperlyConfigured(f"{name}={raw!r}: expected a whole number.")
    return int(raw)


def items(name: str, default: str = "") -> list[str]:
    """Return the comma-separated variable `name` as a list without blanks."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


# Of a link that is cut nothing comes, not even a refusal: without these a request or a worker hangs for a quarter
# of an hour. Seconds; the last in milliseconds.
DATABASE_PATIENCE = {
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": "12000",
}
# The same for Redis and Valkey, by the names of `socket`; a system has those that it has.
_REDIS_PATIENCE = {"TCP_KEEPIDLE": 5, "TCP_KEEPINTVL": 3, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 12_000}
_STORE_CONNECT_S, _STORE_READ_S, _STORE_TRIES = 4, 10, 2


def redis_patience() -> dict[str, object]:
    """Return options of a connection to Redis or Valkey, so that one that is cut off is given up in seconds."""
    known = {getattr(socket, name): value for name, value in _REDIS_PATIENCE.items() if hasattr(socket, name)}
    return {"socket_connect_timeout": 5, "socket_keepalive": True, "socket_keepalive_options": known}


def database(url: str) -> dict[str, object]:
    """Return Django's settings for a database URL (`postgresql://…` or `sqlite:///path`).

    Raises:
        ImproperlyConfigured: for another scheme or a URL without a database name.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        if not parts.path.strip("/"):
            raise ImproperlyConfigured(f"DATABASE_URL={url!r}: expected sqlite:///path/to/file.")
        # Four slashes mean an absolute path, three a relative one, as SQLAlchemy and dj-database-url have it.
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path[1:],
            "OPTIONS": dict(SQLITE_OPTIONS),
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgresql(parts.path.lstrip("/"), parts, dict(parse_qsl(parts.query)))
    raise ImproperlyConfigured(f"DATABASE_URL: got scheme {parts.scheme!r}, expected postgresql or sqlite.")


def _postgresql(name: str, parts: object, query: Mapping[str, str]) -> dict[str, object]:
    if not name:
        raise ImproperlyConfigured("DATABASE_URL: expected a database name after the host.")
    options = dict(query)
    # A Unix socket travels as ?host=/path, since a path cannot stand in the host part of a URL.
    host = options.pop("host", None) or parts.hostname or ""  # type: ignore[attr-defined]
    if not unquote(host).startswith("/"):
        options = {**DATABASE_PATIENCE, **options}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(name),
        "USER": unquote(parts.username or ""),  # type: ignore[attr-defined]
        "PASSWORD": unquote(parts.password or ""),  # type: ignore[attr-defined]
        "HOST": unquote(host),
        "PORT": str(options.pop("port", "") or parts.port or ""),  # type: ignore[attr-defined]
        "OPTIONS": options,
        "CONN_MAX_AGE": 0,
    }


def secret_key(name: str = "SECRET_KEY") -> str:
    """Return the secret key; refuse one that is short, repeated or marked insecure."""
    return _good_key(name, text(name))


def old_secret_keys(name: str) -> list[str]:
    """Return the keys that were the secret key before: what they signed still holds, nothing new is signed."""
    return [_good_key(name, value) for value in items(name)]


def choice(name: str, among: Sequence[str]) -> str:
    """Return the variable `name`, which has to be one of a few words; the first is the default."""
    value = os.environ.get(name, "").strip().lower() or among[0]
    if value not in among:
        raise ImproperlyConfigured(f"{name}={value!r}: expected one of {', '.join(among)}.")
    return value


def contact(name: str) -> str:
    """Return the variable `name` as an address to write to (`mailto:` or `https:`), or nothing."""
    value = text(name, "").strip()
    if value and (not value.startswith(("mailto:", "https://")) or any(mark.isspace() for mark in value)):
        raise ImproperlyConfigured(f"{name}={value!r}: expected mailto:somebody@example.org or https://….")
    return value


def _good_key(name: str, value: str) -> str:
    if len(value) < 50 or len(set(value)) < 5 or value.startswith("django-insecure"):
        raise ImproperlyConfigured(
            f"{name} is insecure: expected at least 50 characters, 5 different ones, no 'django-insecure' prefix."
        )
    return value


def directory(name: str, default: Path) -> Path:
    """Return the variable `name` as an absolute folder path (not created here)."""
    return Path(os.environ.get(name) or default).expanduser().resolve()


def _store_patience() -> object:
    """Return how long a store is waited for; boto3 itself waits for minutes."""
    from botocore.config import Config  # only where a store is used: it is slow to import

    tries = {"max_attempts": _STORE_TRIES, "mode": "standard"}
    return Config(connect_timeout=_STORE_CONNECT_S, read_timeout=_STORE_READ_S, retries=tries)


def s3_storage(name: str, url: str) -> dict[str, object]:
    """Return Django's settings for a store that speaks S3 (`s3://bucket/prefix`).

    `MAMBO_S3_ENDPOINT` names a server other than Amazon's; keys come from where boto3 looks for them, such as
    `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`.

    Raises:
        ImproperlyConfigured: for another scheme or a URL without a bucket.
    """
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc:
        raise ImproperlyConfigured(f"{name}={url!r}: expected s3://bucket or s3://bucket/prefix.")
    options: dict[str, object] = {
        "bucket_name": parts.netloc,
        "location": parts.path.strip("/"),
        "file_overwrite": True,
        "default_acl": None,
    }
    options["client_config"] = _store_patience()
    if endpoint := text("MAMBO_S3_ENDPOINT", ""):
        options["endpoint_url"] = endpoint
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
