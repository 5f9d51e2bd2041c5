"""Long files as streams, on both kinds of server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import islice
from typing import IO

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

LINES = 500
BYTES = 256 * 1024


def streamed(request: HttpRequest, lines: Iterable[str], *, name: str, kind: str) -> StreamingHttpResponse:
    """Send lines as they are made, some hundred at once."""
    return _response(request, _joined(iter(lines)), name=name, kind=kind)


def streamed_file(request: HttpRequest, file: IO[bytes], *, name: str, kind: str) -> StreamingHttpResponse:
    """Send an open file from its beginning, and close it."""
    return _response(request, _parts(file), name=name, kind=kind)


def _response(request: HttpRequest, parts: Iterator[bytes], *, name: str, kind: str) -> StreamingHttpResponse:
    # The ASGI handler would first gather a plain iterator whole.
    content = _awaited(parts) if isinstance(request, ASGIRequest) else parts
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(content, content_type=kind, headers=headers)


def _joined(lines: Iterator[str]) -> Iterator[bytes]:
    while part := "".join(islice(lines, LINES)):
        yield part.encode()


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while part := file.read(BYTES):
            yield part


async def _awaited(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    following = sync_to_async(lambda: next(parts, None))
    while (part := await following()) is not None:
        yield part
