"""Zip files that are the same bytes when made twice: names in order, one fixed time, no owner."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import IO

EPOCH = (1980, 1, 1, 0, 0, 0)


def zip_write(target: IO[bytes], files: Iterable[tuple[str, bytes]]) -> None:
    """Write files into a zip as they come, so that only one is in memory.

    Args:
        target: an open binary file.
        files: name in the zip, and content.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """Return a small zip, names sorted."""
    buffer = io.BytesIO()
    zip_write(buffer, sorted(files.items()))
    return buffer.getvalue()


def zip_again(content: bytes, *, change: Callable[[str, bytes], bytes]) -> bytes:
    """Return the same zip without the times that its writer put in; `change` may alter each file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return zip_bytes({name: change(name, archive.read(name)) for name in archive.namelist()})


def manifest(files: Mapping[str, bytes]) -> str:
    """Return the checksums as `sha256sum -c` reads them."""
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in sorted(files.items())]
    return "\n".join(lines) + "\n"
