"""Work for bounded processes: good, slow, greedy and deadly."""

from __future__ import annotations

import os
import signal
import time

from webapp.imaging.ingest.prepare import Job, Prepared, prepare


def work(job: str) -> str:
    """Do what the job says."""
    if job == "hang":
        time.sleep(600)
    elif job == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif job == "greedy":
        return str(len(bytearray(4 << 30)))
    elif job == "raise":
        raise LookupError("nothing here")
    return f"{job}!"


def prepare_badly(job: Job) -> Prepared:
    """Write the pack of a file, then do what the file's name says."""
    prepare(job)
    work(job.name)
    raise AssertionError(job.name)
