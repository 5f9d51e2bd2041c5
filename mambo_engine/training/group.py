"""Several processes that train one network together: each works on its share of every batch.

Started by torchrun, which says in the environment who is who. Gloo on CPUs, NCCL on CUDA devices. Why not
accelerate: ADR 0008.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import distributed
from torch.nn import Parameter

from mambo_engine.errors import TrainingError


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
        distributed.all_reduce(flat)
        sizes = [gradient.numel() for gradient in gradients]
        for gradient, summed in zip(gradients, flat[1:].split(sizes), strict=True):
            gradient.copy_(summed.view_as(gradient))
        return flat[0]

    def leader_says(self, value: float, device: torch.device) -> float:
        """The leader's value, the same in all processes: what depends on a clock must not differ."""
        if self.size == 1:
            return value
        shared = torch.tensor([value], dtype=torch.float64, device=device)
        distributed.broadcast(shared, src=0)
        return float(shared.item())

    def agree(self, value: int, device: torch.device, what: str) -> None:
        """Raise TrainingError in every process unless all have the same value."""
        if self.size == 1:
            return
        ends = torch.tensor([value, -value], device=device)
        distributed.all_reduce(ends, op=distributed.ReduceOp.MAX)
        high, low = int(ends[0].item()), -int(ends[1].item())
        if high != low:
            raise TrainingError(f"{what}: got {low} to {high} in different processes, expected the same in all")


def join_group(device: torch.device) -> Group:
    """Join the processes that torchrun started; without it, this process is alone.

    Raises:
        TrainingError: the processes do not find each other.
    """
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        return Group()
    backend = "nccl" if device.type == "cuda" else "gloo"
    try:
        distributed.init_process_group(backend)
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
