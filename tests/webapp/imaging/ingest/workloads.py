"""Work for bounded processes: good, slow, greedy and deadly."""

from __future__ import annotations

import os
import signal
import time


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
