"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path


def machine_facts() -> dict[str, str]:
    """Processor, system and versions, in words."""
    return {
        "processor": f"{_processor()} with {os.cpu_count()} cores",
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"Python {platform.python_version()}",
        "torch": f"torch {version('torch')}",
    }


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", described.read_text()) if described.is_file() else None
    return found[1].strip() if found else platform.processor() or "processor"
