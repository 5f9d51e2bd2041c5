"""The process that `bounded` starts: `python -m webapp.imaging.ingest.bounded_process FD WORK BYTES`."""

from __future__ import annotations

import importlib
import resource
import sys
from multiprocessing.connection import Connection
from pathlib import Path

KILOBYTE = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


def main(handle: int, work: str, data_bytes: int) -> None:
    """Answer jobs until the other end closes."""
    connection = Connection(handle)
    module, name = work.split(":")
    call = getattr(importlib.import_module(module), name)
    if sys.platform == "linux":  # elsewhere the limit is accepted and not kept
        resource.setrlimit(resource.RLIMIT_DATA, (data_bytes, data_bytes))
    # A core file of a mammogram must not stay behind.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    connection.send(("ready", None, 0))
    while True:
        try:
            job = connection.recv()
        except (EOFError, OSError):
            return
        try:
            kind, value = "result", call(job)
        except Exception as error:
            kind, value = "error", f"{type(error).__name__}: {error}"
        connection.send((kind, value, peak_bytes()))


def peak_bytes() -> int:
    """Return the most memory that this process has held since its program began.

    Not `ru_maxrss` where it can be avoided: on Linux that starts from what the parent held.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        return int(lines["VmHWM"].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KILOBYTE


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
