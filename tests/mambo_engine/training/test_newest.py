"""The choice of the newest checkpoint, and its way to processes that have another or none."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import torch

from mambo_engine.training.group import Group
from mambo_engine.training.log import LOSSES
from mambo_engine.training.newest import Held, fingerprint, newest, share_newest
from mambo_engine.training.resume import CHECKPOINT, load_state, save_state

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    ("held", "source"),
    [
        ([(5, 1), (5, 1)], None),  # the same on all
        ([(5, 1), (7, 2)], 1),
        ([(7, 2), (-1, 0)], 0),  # a host that is new
        ([(7, 3), (7, 2), (6, 9)], 0),  # as new, but not the same: the first
        ([(-1, 0), (-1, 0)], None),
        ([(-1, 0), (-1, 1)], None),  # a broken one is no reason to take it away
    ],
)
def test_the_newest_checkpoint_is_the_source(held: list[Held], source: int | None) -> None:
    assert newest(held) == source


def test_a_fingerprint_tells_values_and_names() -> None:
    one = {"a": torch.ones(3), "b": torch.zeros(())}
    assert fingerprint(one) == fingerprint(dict(reversed(one.items())))
    assert fingerprint(one) != fingerprint({**one, "b": torch.tensor(1e-7)})
    assert fingerprint(one) != fingerprint({"a": torch.ones(3), "c": torch.zeros(())})


class Threads(Group):
    """A group whose processes are threads of this one."""

    board: list[tuple[int, ...]]
    sent: list[torch.Tensor]
    meet: Barrier

    def gather(self, values: object, device: torch.device) -> list[tuple[int, ...]]:
        self.board[self.rank] = tuple(values)  # type: ignore[arg-type]
        self.meet.wait(10)
        found = list(self.board)
        self.meet.wait(10)
        return found

    def spread(self, data: torch.Tensor, source: int) -> None:
        if self.rank == source:
            self.sent[:] = [data.clone()]
        self.meet.wait(10)
        data.copy_(self.sent[0])
        self.meet.wait(10)


def in_each(size: int, work: Callable[[Group], bool]) -> list[bool]:
    """Run `work` as each process of a group."""
    parts = type("Parts", (Threads,), {"board": [()] * size, "sent": [], "meet": Barrier(size)})
    with ThreadPoolExecutor(size) as pool:
        return list(pool.map(work, [parts(rank, size) for rank in range(size)]))


def test_one_process_a_folder_writes(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "one", "two", "two", "three")]
    for folder in folders:
        folder.mkdir(exist_ok=True)
    assert in_each(5, lambda group: group.keeps(folders[group.rank], CPU)) == [True, False, True, False, True]
    assert not [path for folder in folders for path in folder.iterdir()]


def test_a_host_that_was_away_takes_over_checkpoint_and_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["mambo_engine.training.newest"], "CHUNK", 100)
    folders = [tmp_path / name for name in ("old", "new", "empty", "broken")]
    for folder, iteration in zip(folders, (3, 9, None, None), strict=True):
        folder.mkdir()
        if iteration:
            network = {"w": torch.full((50,), float(iteration))}
            state = {"iteration": iteration, "network": network, "optimizer": {}, "ema": {}}
            save_state(state, folder / CHECKPOINT)
            (folder / LOSSES).write_text("".join(f"{step},0.5,1.0\n" for step in range(1, iteration + 1)))
    (folders[3] / CHECKPOINT).write_bytes(b"cut")

    def share(group: Group) -> bool:
        share_newest(group, folders[group.rank], CPU, keeps=True)
        return True

    in_each(4, share)
    assert [load_state(folder / CHECKPOINT)["iteration"] for folder in folders] == [9] * 4
    assert len({(folder / CHECKPOINT).read_bytes() for folder in folders}) == 1
    assert {len((folder / LOSSES).read_text().splitlines()) for folder in folders} == {9}
