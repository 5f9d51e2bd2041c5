"""Tables brought in for analysis: kept as files for a day, for the person who brought them. No row is written."""

from __future__ import annotations

import re
import time
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from webapp.accounts.models import User
from webapp.core.errors import DomainError, NotFoundError
from webapp.core.tokens import random_token

MOST_BYTES = 20 * 1024 * 1024
KEPT_S = 24 * 60 * 60
_TOKEN = re.compile(r"^[\w-]{22}$")


def table_keep(file: UploadedFile | None, user: User) -> str:
    """Keep a CSV for a day and return its token; older tables go.

    Raises:
        DomainError: for a missing or too large file, or one that is no UTF-8 text.
    """
    if file is None:
        raise DomainError("Choose a CSV file with one row per reading.", field="file")
    if (file.size or 0) > MOST_BYTES:
        raise DomainError(f"{file.name} is larger than {MOST_BYTES // 2**20} MiB.", field="file")
    content = file.read()
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DomainError(f"{file.name} is no text in UTF-8. Save it as CSV (UTF-8).", field="file") from error
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.csv"):
        if time.time() - old.stat().st_mtime > KEPT_S:
            old.unlink(missing_ok=True)
    token = random_token()
    _path(token, user).write_bytes(content)
    return token


def table_text(token: str, user: User) -> str:
    """Return a kept table's text.

    Raises:
        NotFoundError: when there is none, or it is not this person's.
    """
    path = _path(token, user) if _TOKEN.match(token) else None
    if path is None or not path.is_file():
        raise NotFoundError("There is no such table. Tables are kept for a day; bring it in again.")
    return path.read_text(encoding="utf-8-sig")


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "tables"


def _path(token: str, user: User) -> Path:
    return _folder() / f"{user.pk}-{token}.csv"
