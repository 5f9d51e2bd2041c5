"""Which files a batch tries, what is known beside them, and reading one without trusting it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from webapp.imaging.ingest.errors import IngestError
from webapp.imaging.ingest.labels import FILE_NAME, read_labels

# What lies beside pictures in folders; a file named by itself is tried, and refused by name.
BESIDE = {".csv", ".html", ".json", ".md", ".pdf", ".txt", ".xml", ".yaml", ".yml", ".zip"}
COPY_AGAIN = "Wait until it is copied completely, then add it again."


def files_of(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files to try: named ones as they are (even if missing), folders through all levels."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(file for file in path.rglob("*") if file.is_file())
        hidden = (file for file in inside if not any(p.startswith(".") for p in file.relative_to(path).parts))
        yield from (file for file in hidden if file.suffix.lower() not in BESIDE and file.name != "DICOMDIR")


def labels_of(files: Iterable[Path]) -> dict[Path, dict[str, str]]:
    """Return the labels of each file whose folder holds a `labels.csv`.

    Raises:
        IngestError: when such a table can't be read.
    """
    labels: dict[Path, dict[str, str]] = {}
    for folder in sorted({file.parent for file in files}):
        table = folder / FILE_NAME
        if table.is_file():
            try:
                rows = read_labels(table.read_text(encoding="utf-8-sig"))
            except UnicodeDecodeError as error:
                raise IngestError(str(table), "it is not UTF-8 text") from error
            labels |= {folder / name: row for name, row in rows.items()}
    return labels


def file_bytes(path: Path, *, limit: int, name: str = "") -> bytes:
    """Return a whole file that stayed the same while it was read.

    Args:
        path: the file.
        limit: the most bytes that are read.
        name: what it is called in messages; "" is its own name.

    Raises:
        IngestError: when it is missing, no file, too large, or changed meanwhile.
    """
    name = name or path.name
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a device could be read for ever
            raise IngestError(name, "it is not a file")
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            if before.st_size > limit:
                raise too_large(name, limit)
            data = file.read(limit + 1)
            after = os.fstat(file.fileno())
    except FileNotFoundError as error:
        raise IngestError(name, "there is no such file") from error
    except OSError as error:
        raise IngestError(name, f"it can't be opened ({error.strerror})") from error
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    if not same or len(data) != after.st_size:
        raise IngestError(name, "it changed while it was read", COPY_AGAIN)
    return data


def too_large(name: str, limit: int) -> IngestError:
    """Return why a file of more than `limit` bytes is not read."""
    return IngestError(name, f"it is larger than {limit // (1024 * 1024)} MB")
