"""A load generator: a few connections that are kept alive, each asking for the next address as its answer ends."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

CONNECTIONS = 16
CHUNK = 1 << 20


@dataclass
class _Client:
    """One connection: how much of the present answer is still to come."""

    socket: socket.socket
    head: bytearray = field(default_factory=bytearray)
    rest: int = 0


def fetch(port: int, path: str, headers: str) -> bytes:
    """Return one body.

    Raises:
        RuntimeError: for an answer other than 200.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=10) as one:
        one.sendall(_request(path, headers, "close"))
        answer = b"".join(iter(lambda: one.recv(CHUNK), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    _length(head)
    return body


def requests_per_second(port: int, paths: Sequence[str], headers: str, *, seconds: float) -> float:
    """Return how many answers came whole in a second.

    Args:
        port: of a server on this machine.
        paths: asked for in turn.
        headers: sent with each request, each line ended by CR LF.
        seconds: how long.

    Raises:
        RuntimeError: for an answer other than 200, or a connection that was closed.
    """
    waiting = [_request(path, headers, "keep-alive") for path in paths]
    turn, done, buffer = count(), 0, bytearray(CHUNK)
    with selectors.DefaultSelector() as selector:
        clients = [_Client(socket.create_connection(("127.0.0.1", port))) for _ in range(CONNECTIONS)]
        started = time.perf_counter()
        for client in clients:
            selector.register(client.socket, selectors.EVENT_READ, client)
            client.socket.sendall(waiting[next(turn) % len(waiting)])
        while time.perf_counter() - started < seconds:
            for key, _ in selector.select(timeout=1):
                if _read(key.data, buffer):
                    done += 1
                    key.data.socket.sendall(waiting[next(turn) % len(waiting)])
        taken = time.perf_counter() - started
        for client in clients:
            client.socket.close()
    return done / taken


def _read(client: _Client, buffer: bytearray) -> bool:
    """Take what has come; tell whether the answer is whole."""
    if client.rest:
        came = client.socket.recv_into(buffer, min(client.rest, CHUNK))
        client.rest -= came
        _expect_open(came)
        return client.rest == 0
    came = client.socket.recv_into(buffer, 2048)
    _expect_open(came)
    client.head += buffer[:came]
    head, ended, body = client.head.partition(b"\r\n\r\n")
    if not ended:
        return False
    client.rest = _length(bytes(head)) - len(body)
    client.head.clear()
    return client.rest == 0


def _expect_open(came: int) -> None:
    if not came:
        raise RuntimeError("expected an answer, the connection was closed")


def _length(head: bytes) -> int:
    status, *lines = head.split(b"\r\n")
    if status.split()[1] != b"200":
        raise RuntimeError(f"expected 200, got {status.decode('latin-1')!r}")
    fields = (line.partition(b":") for line in lines)
    return next(int(value) for name, _, value in fields if name.lower() == b"content-length")


def _request(path: str, headers: str, connection: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: {connection}\r\n{headers}\r\n".encode()
