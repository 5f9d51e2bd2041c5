"""Opens a foreign checkpoint without running any of it: tensors and plain containers only.

Source: torch.load with weights_only=True, whose unpickler calls nothing that a file names.
"""

from __future__ import annotations

import hashlib
import pickle
import re
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from mambo_engine.errors import BundleError


def open_checkpoint(path: Path) -> Any:
    """Read a torch pickle or a safetensors file.

    Raises:
        BundleError: it is missing, cut short, of another kind, or holds objects other than tensors, numbers, texts
            and their containers; none of its code is run.
    """
    if not path.is_file():
        raise BundleError(f"{path}: got no such file, expected a checkpoint")
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise BundleError(f"{path}: {_reason(error)}") from error
    except (SafetensorError, RuntimeError, EOFError, ValueError, KeyError, OSError, AttributeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise BundleError(f"{path}: cut short, or no checkpoint of torch ({reason})") from error


def _reason(error: pickle.UnpicklingError) -> str:
    """What torch's unpickler minded, without its advice to switch the protection off."""
    found = re.search(r"GLOBAL:? (?:GLOBAL )?([\w.]+)", str(error))
    what = f"asks for {found[1]}" if found else "is broken or holds more than tensors"
    return f"got a pickle that {what}, expected tensors only; nothing of it was run"


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
