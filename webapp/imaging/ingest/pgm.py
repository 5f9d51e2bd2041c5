"""Reads PGM exactly: Pillow stretches values when the largest is not 255 or 65535."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.ingest.dicom import check_size
from webapp.imaging.ingest.errors import IngestError

HEADER = re.compile(rb"P([25])(?:\s+|#[^\n]*\n)+(\d{1,6})(?:\s+|#[^\n]*\n)+(\d{1,6})(?:\s+|#[^\n]*\n)+(\d{1,5})\s")


def read_pgm(data: bytes, name: str) -> tuple[NDArray[np.uint16], int]:
    """Return the values of a PGM and the bits that its largest value needs (8 to 16).

    Raises:
        IngestError: when the header or the number of values is wrong.
    """
    match = HEADER.match(data[:4096])
    if match is None:
        raise IngestError(name, "its PGM header can't be read")
    kind, columns, rows, top = (int(group) for group in match.groups())
    check_size(rows, columns, name)
    if not 1 <= top <= 65535:
        raise IngestError(name, f"its largest value is given as {top}, and PGM allows 1 to 65535")
    body = data[match.end() :]
    try:
        if kind == 5:
            values = np.frombuffer(body, ">u2" if top > 255 else "u1", count=rows * columns)
        else:
            values = np.array(body.split(maxsplit=rows * columns)[: rows * columns], dtype=np.int64)
        picture = values.reshape(rows, columns).astype(np.uint16)
    except (ValueError, OverflowError) as error:
        raise IngestError(name, "it is cut short or damaged", "Copy or export the file again.") from error
    return np.minimum(picture, top).astype(np.uint16), max(int(top).bit_length(), 8)
