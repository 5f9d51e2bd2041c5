"""R itself, where it is installed."""

from __future__ import annotations

import shutil
import subprocess

import pytest


def run_r(files, folder):
    """Run the folder's script with R itself, and return how it ended and what it said."""
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("R is not installed")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    done = subprocess.run(
        [program, "--vanilla", "analysis.R"], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stdout + done.stderr
