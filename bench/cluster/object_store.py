"""An S3-compatible server whose objects outlive it: moto's, with every change written to a file before the answer.

python -m bench.cluster.object_store ADDRESS PORT FILE
"""

from __future__ import annotations

import base64
import io
import json
import os
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

CHANGES = frozenset({"PUT", "POST", "DELETE"})
KEPT = ("CONTENT_TYPE", "CONTENT_LENGTH", "PATH_INFO", "QUERY_STRING", "REQUEST_METHOD", "RAW_URI", "REQUEST_URI")
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Kept:
    """An application of which every change that it took can be played again.

    Args:
        application: what answers.
        file: where the changes are written, one line of JSON each.
    """

    def __init__(self, application: Application, file: Path) -> None:
        self._application, self._file, self._lock = application, file, threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer; a change is on the disk by then."""
        if environ["REQUEST_METHOD"] not in CHANGES:
            return self._application(environ, start_response)
        body = _body(environ)
        environ["wsgi.input"] = io.BytesIO(body)
        with self._lock:
            self._write(environ, body)
            return self._application(environ, start_response)

    def _write(self, environ: dict[str, Any], body: bytes) -> None:
        kept = {key: value for key, value in environ.items() if key in KEPT or key.startswith("HTTP_")}
        line = json.dumps({"environ": kept, "body": base64.b64encode(body).decode()}, default=str)
        with self._file.open("a") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())

    def replay(self) -> int:
        """Do again what was done before the server ended; return how much that was."""
        from werkzeug.test import create_environ

        lines = self._file.read_text().splitlines() if self._file.exists() else []
        done = 0
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:  # the last line of a killed server: never acknowledged
                continue
            environ = create_environ() | entry["environ"]
            environ["wsgi.input"] = io.BytesIO(base64.b64decode(entry["body"]))
            b"".join(self._application(environ, lambda *_: None))
            done += 1
        return done


def _body(environ: dict[str, Any]) -> bytes:
    length = environ.get("CONTENT_LENGTH")
    if length not in (None, ""):
        return bytes(environ["wsgi.input"].read(int(length)))
    return bytes(environ["wsgi.input"].read()) if environ.get("wsgi.input_terminated") else b""


def main(address: str, port: str, file: str) -> None:
    """Play the file again, then serve."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import make_server

    application = Kept(DomainDispatcherApplication(create_backend_app), Path(file))
    application.replay()
    make_server(address, int(port), application, threaded=True, request_handler=MotoRequestHandler).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
