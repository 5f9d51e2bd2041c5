"""Tensors in a safetensors file: written whole, read by hash, and checked against what they are declared to be."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from mambo_engine.errors import BundleError

Weights = Mapping[str, NDArray[Any]]
DECLARED = "mambo"
"""Key of the file's own account of itself, JSON, in the header of the safetensors file."""


def write_tensors(path: Path, tensors: Weights, *, declared: Mapping[str, Any], half: bool) -> str:
    """Write tensors, and return the file's SHA-256.

    Args:
        path: appears whole or not at all.
        tensors: by name.
        declared: what the file says of itself in its header.
        half: floating-point values as float16.
    """
    ready = {name: _ready(value, half=half) for name, value in tensors.items()}
    data = save(ready, metadata={DECLARED: json.dumps(declared, sort_keys=True)})
    write_whole(path, data)
    return hashlib.sha256(data).hexdigest()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that appears whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    os.replace(part, path)  # noqa: PTH105 (the name that says what it does)


def _ready(value: NDArray[Any], *, half: bool) -> NDArray[Any]:
    value = np.ascontiguousarray(value)
    return value.astype(np.float16) if half and value.dtype.kind == "f" else value


def read_tensors(path: Path, sha256: str, *, declared: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """Read tensors after checking the file's hash and its own account of itself.

    Args:
        path: of the file.
        sha256: of the whole file.
        declared: what the file must say of itself; keys that its header leaves out are not compared.

    Raises:
        BundleError: it is missing, was changed, is no safetensors file, or belongs elsewhere.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path}: {error.strerror}") from error
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise BundleError(
            f"{path}: got SHA-256 {found[:12]}…, expected {sha256[:12]}…; it was changed or is foreign"
        )
    try:
        tensors = dict(load(data))
        own = json.loads(_header(data).get(DECLARED, "{}"))
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BundleError(f"{path}: no safetensors file that can be read here ({error!r})") from error
    for key, expected in declared.items():
        if key in own and not _agree(own[key], expected):
            raise BundleError(f"{path}: made for {key} {own[key]!r}, expected {expected!r}")
    return tensors


def _agree(own: Any, expected: Any) -> bool:
    """Whether two settings are equal in all that both name; a file may be older than a setting."""
    if isinstance(own, dict) and isinstance(expected, dict):
        return all(_agree(own[key], expected[key]) for key in own.keys() & expected.keys())
    return bool(own == expected)


def _header(data: bytes) -> dict[str, str]:
    """The free part of a safetensors header: 8 bytes of length, then JSON."""
    length = int.from_bytes(data[:8], "little")
    free: dict[str, str] = json.loads(data[8 : 8 + length]).get("__metadata__", {})
    return free


def check_tensors(tensors: Weights, shapes: Mapping[str, tuple[int, ...]], where: object) -> None:
    """Check names, shapes, types and values of a network's weights.

    Args:
        tensors: as read.
        shapes: what the network needs.
        where: file or folder for the message.

    Raises:
        BundleError: a tensor is missing, too many, of another shape or type, or holds NaN or infinite values.
    """
    missing, extra = sorted(set(shapes) - set(tensors)), sorted(set(tensors) - set(shapes))
    if missing or extra:
        named = {"missing": missing, "not known": extra}
        lines = [f"{len(names)} {word} ({_few(names)})" for word, names in named.items() if names]
        counts = f"got {len(tensors)} tensors, expected {len(shapes)}"
        raise BundleError(f"{where}: does not fit the declared network: {counts}; {' and '.join(lines)}")
    for name, shape in shapes.items():
        value = tensors[name]
        if tuple(value.shape) != shape:
            raise BundleError(f"{where}: {name} got shape {tuple(value.shape)}, expected {shape}")
        if value.dtype.kind != "f":
            raise BundleError(f"{where}: {name} got type {value.dtype}, expected floating point")
        if not np.isfinite(value).all():
            raise BundleError(f"{where}: {name} got NaN or infinite values, expected finite ones")


def _few(names: list[str]) -> str:
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
