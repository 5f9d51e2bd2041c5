"""The load generator against a server that counts."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.load import fetch, requests_per_second

BODY = b"x" * 70_000


class Handler(BaseHTTPRequestHandler):
    """Sends `BODY`, counts, and knows one address that is not there."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer."""
        self.server.asked.append(f"{self.path} {self.headers.get('Cookie')}")
        self.send_response(404 if self.path == "/none" else 200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        with contextlib.suppress(OSError):  # the client leaves when its time is up
            self.wfile.write(BODY)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Takes as many connections at once as the client opens."""

    request_queue_size = 64
    asked: list[str]

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that left."""


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


def test_fetch_returns_the_whole_body(server):
    assert fetch(server.server_port, "/a", "") == BODY


def test_rate_counts_whole_answers_to_all_addresses(server):
    rate = requests_per_second(server.server_port, ["/a", "/b"], "Cookie: c\r\n", seconds=0.3)
    assert set(server.asked) == {"/a c", "/b c"}
    assert 0 < rate * 0.3 <= len(server.asked)


def test_rate_of_a_server_that_refuses_is_an_error(server):
    with pytest.raises(RuntimeError, match="expected 200"):
        requests_per_second(server.server_port, ["/none"], "", seconds=0.3)
