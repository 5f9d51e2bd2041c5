from __future__ import annotations

from pathlib import Path

import pytest
import torch

from bench import training_hosts
from bench.cluster.network import Network
from bench.training_hosts import EXPERIMENT, HOSTS, Run, measure
from mambo_engine.training.experiment import read_experiment
from mambo_engine.training.log import LOSSES
from mambo_engine.training.resume import CHECKPOINT, save_state

SAME = [(5, 0.5), (10, 0.4)]


def written(folder: Path, losses: list[tuple[int, float]], weight: float = 1.0) -> None:
    """What a run leaves in its folder."""
    (folder / "global").mkdir(parents=True)
    (folder / "global" / LOSSES).write_text("".join(f"{step},{loss:.6f},1.0\n" for step, loss in losses))
    state = {"iteration": 10, "network": {"w": torch.full((2,), weight)}, "optimizer": {}, "ema": {}}
    save_state(state, folder / "global" / CHECKPOINT)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run that is over, of two hosts without a network."""
    return Run(Network.__new__(Network), tmp_path / "hosts.yaml", "over")


def test_equal_hosts_are_compared_with_one_process(run: Run, tmp_path: Path) -> None:
    written(tmp_path / "alone", SAME)
    for host in HOSTS:
        written(run.folder(host), [(5, 0.5), (10, 0.40004)], weight=1.5)
    loss, weight, seconds = run.compared("x", tmp_path / "alone", 3.0)
    assert loss.value == pytest.approx(100)
    assert weight.value == pytest.approx(5e5)
    assert (seconds.value, seconds.unit) == (3.0, "s")


@pytest.mark.parametrize(
    ("losses", "weight", "message"),
    [(SAME[:1], 1.0, "has 1 of 2 lines"), (SAME, 2.0, "weights differ")],
)
def test_what_must_not_be_fails(
    run: Run, tmp_path: Path, losses: list[tuple[int, float]], weight: float, message: str
) -> None:
    written(tmp_path / "alone", SAME)
    written(run.folder("one"), SAME)
    written(run.folder("two"), losses, weight)
    with pytest.raises(RuntimeError, match=message):
        run.compared("x", tmp_path / "alone", 0.0)


def test_the_experiment_is_sound(tmp_path: Path) -> None:
    (tmp_path / "hosts.yaml").write_text(EXPERIMENT.format(iterations=7))
    training = read_experiment(tmp_path / "hosts.yaml").training["global"]
    assert (training.iterations, training.batch, training.largest_part) == (7, 4, 2)


def test_where_hosts_cannot_be_made_it_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(training_hosts, "refusal", lambda: "network namespaces need the rights of root.")
    assert [row.value for row in measure()] == [0]
    assert "need the rights of root" in capsys.readouterr().out
