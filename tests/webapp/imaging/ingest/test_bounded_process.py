"""What a bounded process says of itself."""

from __future__ import annotations

import subprocess
import sys

import numpy as np

TELL = "from webapp.imaging.ingest.bounded_process import peak_bytes; print(peak_bytes())"


def test_peak_is_its_own_and_not_that_of_the_process_that_started_it():
    held = np.ones(50_000_000)  # 400 MB here
    told = subprocess.run([sys.executable, "-c", TELL], capture_output=True, text=True, check=True).stdout
    assert held.any()
    assert 5_000_000 < int(told) < 300_000_000
