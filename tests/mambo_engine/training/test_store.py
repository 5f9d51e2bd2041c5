from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mambo_engine.errors import DataError
from mambo_engine.training.store import ArrayPlan, Store

PLANS = (ArrayPlan("squares", (2,), np.int64), ArrayPlan("halves", (), np.float32))


def work(job: int) -> tuple[NDArray[Any], ...]:
    if job < 0:
        raise DataError(f"job {job} is bad")
    return np.array([job, job * job]), np.array(job / 2)


def store(folder: Path, count: int = 12) -> Store:
    return Store(folder, count, PLANS)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_store_holds_one_entry_of_each_array_a_job(workers: int, tmp_path: Path) -> None:
    seen: list[int] = []
    squares, halves = store(tmp_path).open(work, range(12), workers=workers, on_entry=seen.append)
    assert squares.tolist() == [[job, job * job] for job in range(12)]
    assert halves.tolist() == [job / 2 for job in range(12)]
    assert seen == list(range(1, 13))


def test_a_filled_store_is_opened_without_any_work(tmp_path: Path) -> None:
    store(tmp_path).open(work, range(12), workers=1)
    squares, _ = store(tmp_path).open(work, [-1] * 12, workers=1)
    assert squares[11].tolist() == [11, 121]


def test_all_failures_are_reported_and_only_those_are_done_again(tmp_path: Path) -> None:
    jobs = list(range(12))
    jobs[3] = jobs[7] = -1
    with pytest.raises(DataError, match="job -1 is bad\n  job -1 is bad"):
        store(tmp_path).open(work, jobs, workers=2)
    again = [-1] * 12
    again[3], again[7] = 3, 7
    squares, _ = store(tmp_path).open(work, again, workers=1)
    assert squares[:, 0].tolist() == list(range(12))


def test_a_full_disk_is_told_before_the_work_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int, offset: int, length: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(DataError, match="No space left on device"):
        store(tmp_path).open(work, range(12), workers=1)
    assert not list(tmp_path.glob("*.partial"))


def test_a_store_of_another_shape_is_filled_anew(tmp_path: Path) -> None:
    store(tmp_path, 4).open(work, range(4), workers=1)
    for name in ("squares", "halves"):
        (tmp_path / f"{name}.npy").unlink()
    squares, _ = store(tmp_path, 6).open(work, range(6), workers=1)
    assert len(squares) == 6
