"""Tables brought in for analysis: kept as files for a day, for the person who brought them. No row is written."""

from __future__ import annotations

import datetime
import re

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from webapp.accounts.models import User
from webapp.core.errors import DomainError, NotFoundError
from webapp.core.kept import kept_bring, kept_path, kept_remove, kept_save, kept_times
from webapp.core.tokens import random_token

MOST_BYTES = 20 * 1024 * 1024
KEPT, FOLDER = datetime.timedelta(days=1), "tables"
_TOKEN = re.compile(r"^[\w-]{22}$")


def table_keep(file: UploadedFile | None, user: User) -> str:
    """Keep a CSV for a day and return its token; older tables go.

    Raises:
        DomainError: for a missing or too large file, or one that is no UTF-8 text.
        StorageError: when the site's store can't be reached.
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
    for old, at in kept_times(FOLDER).items():
        if timezone.now() - at > KEPT:
            kept_remove(f"{FOLDER}/{old}")
    token = random_token()
    path = kept_path(_name(token, user))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    kept_save(_name(token, user))
    return token


def table_text(token: str, user: User) -> str:
    """Return a kept table's text.

    Raises:
        NotFoundError: when there is none, or it is not this person's.
    """
    path = kept_bring(_name(token, user)) if _TOKEN.match(token) else None
    if path is None or not path.is_file():
        raise NotFoundError("There is no such table. Tables are kept for a day; bring it in again.")
    return path.read_text(encoding="utf-8-sig")


def _name(token: str, user: User) -> str:
    return f"{FOLDER}/{user.pk}-{token}.csv"
