"""What a run computes on, in words for the model card."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import torch


def hardware(device: torch.device, *, processes: int = 1) -> str:
    """Name processor or GPU, and how many processes trained together."""
    if device.type == "cuda":
        name = torch.cuda.get_device_name(device)
    else:
        name = f"{_processor()}, {torch.get_num_threads()} of {os.cpu_count()} threads"
    return name if processes == 1 else f"{processes} processes, each {name}"


def _processor() -> str:
    """Model of the CPU: Linux says it in a file, others through `platform`."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()
