"""Arrays on disk that are filled once, entry by entry, in several processes; a fill that was cut goes on.

The space is reserved before the first entry, so a full disk ends in a clear error and not in a crash of the memory
map. One process fills at a time; others that want the same arrays wait for it and then find them done.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from mambo_engine.errors import DataError, EngineError

FLUSH_EVERY_S = 5.0
Work = Callable[[Any], tuple[NDArray[Any], ...]]
"""From a job to one entry of each array; a function of a module, so that other processes find it."""


@dataclass(frozen=True)
class ArrayPlan:
    """One array of a store: its name, the shape of an entry, and its type."""

    name: str
    entry: tuple[int, ...]
    dtype: DTypeLike


@dataclass(frozen=True)
class Store:
    """Arrays in a folder, `count` entries each.

    Args:
        folder: made when it is not there; its name must tell everything that the entries depend on.
        count: number of entries.
        plans: the arrays.
    """

    folder: Path
    count: int
    plans: tuple[ArrayPlan, ...]

    def open(
        self,
        work: Work,
        jobs: Sequence[Any],
        *,
        workers: int | None = None,
        on_entry: Callable[[int], None] | None = None,
    ) -> tuple[NDArray[Any], ...]:
        """Open the arrays for reading, filling first what is not done.

        Args:
            work: makes one entry of each array from a job.
            jobs: one for each entry.
            workers: processes; default one for each core.
            on_entry: called with the number of entries done so far.

        Raises:
            DataError: the disk is too small, or jobs failed; all their messages are in it, in order.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with _locked(self.folder / "lock"):
            done = self._done()
            if not done.all():
                self._reserve()
                self._fill(work, jobs, done, workers or os.cpu_count() or 1, on_entry)
        return tuple(np.load(self.path(plan), mmap_mode="r") for plan in self.plans)

    def path(self, plan: ArrayPlan) -> Path:
        """File of one array."""
        return self.folder / f"{plan.name}.npy"

    def _done(self) -> np.memmap[Any, Any]:
        """Which entries are done; kept in a file of one byte an entry."""
        path = self.folder / "done.npy"
        facts = json.dumps(
            [self.count, [[plan.name, plan.entry, np.dtype(plan.dtype).str] for plan in self.plans]]
        )
        note = self.folder / "facts.json"
        kept = all(file.is_file() for file in (path, note, *map(self.path, self.plans)))
        if not (kept and note.read_text() == facts):
            np.save(path, np.zeros(self.count, dtype=np.uint8))
            note.write_text(facts)
        return np.lib.format.open_memmap(path, mode="r+")

    def _reserve(self) -> None:
        for plan in self.plans:
            if self.path(plan).is_file():
                continue
            partial_path = self.path(plan).with_suffix(".partial")
            np.lib.format.open_memmap(partial_path, mode="w+", dtype=plan.dtype, shape=(self.count, *plan.entry))
            size = partial_path.stat().st_size
            try:
                with partial_path.open("r+b") as file:
                    if hasattr(os, "posix_fallocate"):
                        os.posix_fallocate(file.fileno(), 0, size)
            except OSError as error:
                partial_path.unlink()
                raise DataError(f"training cache {self.folder}: {size / 1e9:.2f} GB: {error.strerror}") from error
            partial_path.replace(self.path(plan))

    def _fill(
        self,
        work: Work,
        jobs: Sequence[Any],
        done: np.memmap[Any, Any],
        workers: int,
        on_entry: Callable[[int], None] | None,
    ) -> None:
        arrays = [np.load(self.path(plan), mmap_mode="r+") for plan in self.plans]
        write = partial(_write, [self.path(plan) for plan in self.plans], work)
        failed: dict[int, str] = {}
        ready: list[int] = []
        flushed = time.monotonic()
        todo = [int(index) for index in np.flatnonzero(done == 0)]
        for index, error in _results(write, jobs, todo, workers):
            if error:
                failed[index] = error
                continue
            ready.append(index)
            if on_entry:
                on_entry(int(done.sum()) + len(ready))
            if time.monotonic() - flushed > FLUSH_EVERY_S:
                _mark(arrays, done, ready)
                ready, flushed = [], time.monotonic()
        _mark(arrays, done, ready)
        if failed:
            raise DataError("\n  ".join(["could not be read:", *(failed[index] for index in sorted(failed))]))


def _mark(arrays: Sequence[np.memmap[Any, Any]], done: np.memmap[Any, Any], ready: list[int]) -> None:
    """Count entries as done once they are on the disk."""
    for array in arrays:
        array.flush()
    done[ready] = 1
    done.flush()


def _write(paths: Sequence[Path], work: Work, index: int, job: Any) -> tuple[int, str]:
    try:
        entries = work(job)
    except EngineError as error:
        return index, str(error)
    for path, entry in zip(paths, entries, strict=True):
        np.load(path, mmap_mode="r+")[index] = entry
    return index, ""


def _results(
    write: Callable[[int, Any], tuple[int, str]], jobs: Sequence[Any], todo: Sequence[int], workers: int
) -> Iterator[tuple[int, str]]:
    """Run jobs, a few ahead at a time, so that memory stays bounded."""
    workers = min(workers, len(todo) // 4)
    if workers < 2:
        yield from (write(index, jobs[index]) for index in todo)
        return
    left = iter(todo)
    with ProcessPoolExecutor(max_workers=workers) as pool:
        running: set[Future[tuple[int, str]]] = set()
        for index in left:
            running.add(pool.submit(write, index, jobs[index]))
            if len(running) >= 2 * workers:
                ended, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in ended)
        yield from (future.result() for future in wait(running).done)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
