"""Several processes that train one network together: each works on its share of every batch.

Started by torchrun, which says in the environment who is who. Gloo on CPUs, NCCL on CUDA devices. Why not
accelerate: ADR 0008.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import torch
from torch import distributed
from torch.nn import Parameter

from mambo_engine.errors import PeerLost, TrainingError

PATIENCE_S = 1800.0
"""How long a process waits for the others; pictures and the first compiling take minutes."""


@dataclass(frozen=True)
class Group:
    """The processes of one run; the default is one process alone.

    Attributes:
        rank: number of this process.
        size: number of processes.
    """

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process writes files and reports."""
        return self.rank == 0

    def rows(self, batch: int) -> range:
        """This process's places in a batch.

        Raises:
            TrainingError: a process would have none.
        """
        if batch < self.size:
            raise TrainingError(f"batch: got {batch}, expected at least the number of processes, {self.size}")
        return range(self.rank, batch, self.size)

    def sum_gradients(self, parameters: Iterable[Parameter], loss: torch.Tensor) -> torch.Tensor:
        """Sum the gradients of all processes in place, and return the sum of their losses."""
        if self.size == 1:
            return loss
        gradients = [value.grad for value in parameters if value.grad is not None]
        flat = torch.cat([loss.reshape(1), *(gradient.reshape(-1) for gradient in gradients)])
        with _heard():
            distributed.all_reduce(flat)
        sizes = [gradient.numel() for gradient in gradients]
        for gradient, summed in zip(gradients, flat[1:].split(sizes), strict=True):
            gradient.copy_(summed.view_as(gradient))
        return flat[0]

    def highest(self, value: float, device: torch.device) -> float:
        """The highest value of all processes: what depends on a clock or a signal must not differ."""
        if self.size == 1:
            return value
        shared = torch.tensor([value], dtype=torch.float64, device=device)
        with _heard():
            distributed.all_reduce(shared, op=distributed.ReduceOp.MAX)
        return float(shared.item())

    def gather(self, values: Sequence[int], device: torch.device) -> list[tuple[int, ...]]:
        """The values of each process (as many in each, below 2^63), in the order of their numbers."""
        if self.size == 1:
            return [tuple(values)]
        own = torch.tensor(list(values), dtype=torch.int64, device=device)
        found = [torch.empty_like(own) for _ in range(self.size)]
        with _heard():
            distributed.all_gather(found, own)
        return [tuple(int(value) for value in each.tolist()) for each in found]

    def spread(self, data: torch.Tensor, source: int) -> None:
        """Copy `data` of process `source` over that of all others, in place."""
        with _heard():
            distributed.broadcast(data, src=source)

    def agree(self, value: int, device: torch.device, what: str) -> None:
        """Raise TrainingError in every process unless all have the same value."""
        found = [each[0] for each in self.gather([value], device)]
        if len(set(found)) > 1:
            raise TrainingError(
                f"{what}: got {min(found)} to {max(found)} in different processes, expected the same in all"
            )

    def keeps(self, folder: Path, device: torch.device) -> bool:
        """Whether this process writes into `folder`: of those that see the same folder, the first one does.

        So one process writes where all share a folder, and one a host where each host has its own.
        """
        if self.size == 1:
            return True
        token = self.gather([secrets.randbits(62)], device)[0][0]
        marks = [folder / f".process-{token:x}-{rank}" for rank in range(self.size)]
        marks[self.rank].touch()
        try:
            self.gather([0], device)  # all have left their mark
            first = not any(mark.exists() for mark in marks[: self.rank])
            self.gather([0], device)  # all have looked
        finally:
            marks[self.rank].unlink()
        return first


@contextmanager
def _heard() -> Iterator[None]:
    """Say that a process was lost, whatever the backend calls it."""
    try:
        yield
    except RuntimeError as error:
        raise PeerLost(f"another process of the run was lost: {str(error).splitlines()[0]}") from error


def join_group(device: torch.device, patience_s: float = PATIENCE_S) -> Group:
    """Join the processes that torchrun started; without it, this process is alone.

    Args:
        device: where this process computes.
        patience_s: how long to wait for the others, here and in each step, before they count as lost.

    Raises:
        TrainingError: the processes do not find each other.
    """
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        return Group()
    backend = "nccl" if device.type == "cuda" else "gloo"
    try:
        distributed.init_process_group(backend, timeout=timedelta(seconds=patience_s))
    except (RuntimeError, ValueError) as error:
        raise TrainingError(f"processes of the run: {error}") from error
    return Group(distributed.get_rank(), size)


def leave_group(group: Group) -> None:
    """End the communication of the processes."""
    if group.size > 1:
        distributed.destroy_process_group()


def local_device(name: str) -> torch.device:
    """The device of this process: "auto" takes CUDA where there is one, each process of a host its own.

    Raises:
        TrainingError: there is no such device.
    """
    found = ("cuda" if torch.cuda.is_available() else "cpu") if name == "auto" else name
    try:
        device = torch.device(found)
    except RuntimeError as error:
        raise TrainingError(f"device: got {name!r}, expected auto, cpu, cuda or cuda:N") from error
    if device.type == "cuda" and not torch.cuda.is_available():
        raise TrainingError(f"device: got {name!r}, but torch finds no CUDA device")
    if device.type == "cuda" and device.index is None:
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    if device.type == "cuda":
        torch.cuda.set_device(device)
    return device
