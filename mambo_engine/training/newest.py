"""Brings the newest checkpoint of all hosts to each of them, so that no host's loss ends a run.

Each host keeps a checkpoint of its own. What a host wrote last may be a little older than another's, or be missing
where it is new: before a run goes on, all take over the newest one, with its log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch

from mambo_engine.errors import TrainingError
from mambo_engine.training.group import Group
from mambo_engine.training.log import HELD_OUT, LOSSES
from mambo_engine.training.resume import CHECKPOINT, load_state

NONE = -1
"""Iteration of a host without a checkpoint that can be read."""
CHUNK = 1 << 26
"""Bytes that travel at once."""
Held = tuple[int, ...]
"""What a process has: the iteration of its checkpoint, and the beginning of the file's SHA-256."""


def newest(held: Sequence[Held]) -> int | None:
    """Number of the process whose checkpoint all take over; None where all have the same, or none has one."""
    if len(set(held)) == 1 or max(held)[0] == NONE:
        return None
    return max(range(len(held)), key=lambda rank: (held[rank][0], -rank))


def share_newest(group: Group, folder: Path, device: torch.device, *, keeps: bool) -> None:
    """Take over the newest checkpoint and log of all processes, where this one has another or none.

    Args:
        group: the processes of the run.
        folder: of a stage, this process's own.
        device: that the processes communicate by.
        keeps: whether this process writes into `folder`.

    Raises:
        PeerLost: another process is gone.
        TrainingError: the files cannot be written.
    """
    if group.size == 1:
        return
    held = group.gather(_held(folder / CHECKPOINT), device)
    source = newest(held)
    if source is None:
        return
    writes = keeps and held[group.rank] != held[source]
    for name in (LOSSES, HELD_OUT, CHECKPOINT):  # the checkpoint last: with it, all is there
        path = folder / name
        content = path.read_bytes() if group.rank == source and path.is_file() else b""
        content = _spread(content, group, source, device)
        if writes:
            _write(content, path)
    group.gather([0], device)  # all that write have written


def fingerprint(tensors: Mapping[str, torch.Tensor]) -> int:
    """A number below 2^62 that differs where any value does."""
    total = hashlib.sha256()
    for name in sorted(tensors):
        total.update(name.encode())
        total.update(np.ascontiguousarray(tensors[name].detach().cpu().numpy()).view(np.uint8).data)
    return int.from_bytes(total.digest()[:8]) >> 2


def _held(path: Path) -> Held:
    """What lies at `path`; a broken file counts as none, since another host may have a whole one."""
    if not path.is_file():
        return NONE, 0
    try:
        iteration = int(load_state(path)["iteration"])
    except TrainingError:
        return NONE, 1
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    return iteration, int.from_bytes(digest[:8]) >> 2


def _spread(content: bytes, group: Group, source: int, device: torch.device) -> bytes:
    """The content that process `source` holds, in all processes."""
    size = group.gather([len(content)], device)[source][0]
    whole = bytearray(content) if group.rank == source else bytearray(size)
    for start in range(0, size, CHUNK):
        window = torch.frombuffer(whole, dtype=torch.uint8, offset=start, count=min(CHUNK, size - start))
        part = window.to(device)
        group.spread(part, source)
        window.copy_(part)
    return bytes(whole)


def _write(content: bytes, path: Path) -> None:
    """Put a file in place whole; without content, take it away."""
    partial = path.with_suffix(".partial")
    try:
        if content:
            partial.write_bytes(content)
            partial.replace(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise TrainingError(f"{path}: could not be written ({error})") from error
