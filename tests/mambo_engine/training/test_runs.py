"""Whole runs in processes of their own: killed and resumed, and shared by two processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
import torch
from torch.distributed import TCPStore

from mambo_engine.training.experiment import read_experiment
from mambo_engine.training.log import LOSSES, read_curve
from mambo_engine.training.loop import Trainer
from mambo_engine.training.resume import load_state
from mambo_engine.training.sources import open_images, stage_examples

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 240
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}


def command(config: Path, out: Path) -> list[str]:
    options = ["--config", str(config), "--stage", "global", "--out", str(out), "--threads", "1"]
    return ["-m", "mambo_engine", "train", *options]


def configured(experiment_file: Path, **settings: object) -> Path:
    """The tiny experiment with other training settings."""
    listed = "".join(f", {name}: {value}" for name, value in settings.items())
    text = experiment_file.read_text().replace(", context_noise: 0.05}", f"{listed}}}", 1)
    assert listed in text
    experiment_file.write_text(text.replace("iterations: 6, batch: 2, ", "", 1))
    return experiment_file


def alone(config: Path, out: Path) -> Trainer:
    """Train the same in this process, without a break."""
    experiment = read_experiment(config)
    examples = stage_examples(experiment, "global", open_images(experiment, out)["train"])
    trainer = Trainer(experiment.stages["global"], experiment.training["global"], examples, out / "global")
    trainer.run()
    return trainer


@pytest.mark.flow
def test_a_killed_run_goes_on_with_the_same_loss_curve(experiment_file: Path, tmp_path: Path) -> None:
    config = configured(experiment_file, iterations=300, batch=2, log_every=5, save_seconds=0.3)
    out = tmp_path / "killed"
    log = out / "global" / LOSSES
    for lines in (8, 24):  # killed twice, beyond the last checkpoint or in the middle of one
        with subprocess.Popen(
            [sys.executable, *command(config, out)], cwd=ROOT, env=ENVIRONMENT, stderr=subprocess.DEVNULL
        ) as process:
            deadline = time.monotonic() + SECONDS
            while not log.is_file() or len(log.read_text().splitlines()) < lines:
                assert process.poll() is None, "ended before it could be killed"
                assert time.monotonic() < deadline
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
        assert 0 < load_state(out / "global" / "checkpoint.pt")["iteration"] < 300
    resumed = alone(config, out)
    whole = alone(config, tmp_path / "whole")
    assert resumed.iteration == whole.iteration == 300
    assert read_curve(log) == read_curve(tmp_path / "whole" / "global" / LOSSES)
    assert [iteration for iteration, _ in read_curve(log)] == list(range(5, 301, 5))
    for name, value in whole.network.state_dict().items():
        assert torch.equal(value, resumed.network.state_dict()[name]), name


@pytest.mark.flow
def test_two_processes_equal_one_at_the_same_batch(experiment_file: Path, tmp_path: Path) -> None:
    config = configured(experiment_file, iterations=6, batch=5, accumulate=2, log_every=1)
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    out = tmp_path / "two"
    subprocess.run(
        [sys.executable, *launch, *command(config, out)], cwd=ROOT, env=ENVIRONMENT, check=True, timeout=SECONDS
    )
    whole = alone(config, tmp_path / "one")
    state = load_state(out / "global" / "checkpoint.pt")
    assert state["iteration"] == 6
    assert state["hardware"].startswith("2 processes")
    two, one = (dict(read_curve(folder / "global" / LOSSES)) for folder in (out, tmp_path / "one"))
    assert two == pytest.approx(one, rel=1e-4)
    # Adam's first moment is linear in the gradients; weights where the gradient is 0 but for rounding are not.
    moments = whole.optimizer.state_dict()["state"]
    for index, kept in state["optimizer"]["state"].items():
        expected = moments[index]["exp_avg"]
        assert torch.allclose(kept["exp_avg"], expected, rtol=1e-3, atol=1e-3 * float(expected.abs().max()) + 1e-6)


def host(config: Path, out: Path, port: int) -> subprocess.Popen[bytes]:
    """Start torchrun as one of up to two hosts of a run; they meet at the port."""
    rendezvous = "is_host=0,last_call_timeout=4,keep_alive_interval=1,keep_alive_max_attempt=4,read_timeout=6"
    launch = [
        *("-m", "torch.distributed.run", "--nnodes", "1:2", "--nproc-per-node", "1", "--max-restarts", "3"),
        *("--rdzv-backend", "c10d", "--rdzv-endpoint", f"127.0.0.1:{port}", "--rdzv-id", "run"),
        *("--rdzv-conf", rendezvous, "--local-addr", "127.0.0.1"),
    ]
    environment = {**ENVIRONMENT, "GLOO_SOCKET_IFNAME": "lo", "TORCH_DISABLE_SHARE_RDZV_TCP_STORE": "1"}
    arguments = [sys.executable, *launch, *command(config, out)]
    return subprocess.Popen(arguments, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)


def kill_host(agent: int) -> None:
    """Kill torchrun and what it started, which has a session of its own."""
    pids = [agent]
    for pid in pids:
        with suppress(OSError):
            pids += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.flow
@pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")
def test_a_host_that_is_lost_leaves_the_curve_as_it_is(experiment_file: Path, tmp_path: Path) -> None:
    config = configured(experiment_file, iterations=500, batch=4, log_every=5, save_seconds=0.3)
    store = TCPStore("127.0.0.1", 0, is_master=True, wait_for_workers=False)
    hosts = [host(config, tmp_path / name, store.port) for name in ("one", "two")]
    log = tmp_path / "one" / "global" / LOSSES
    try:
        deadline = time.monotonic() + SECONDS
        while not log.is_file() or len(log.read_text().splitlines()) < 6:
            assert hosts[0].poll() is None, "ended before the other one could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.02)
        kill_host(hosts[1].pid)
        assert hosts[0].wait(SECONDS) == 0
    finally:
        for process in hosts:
            kill_host(process.pid)
            process.wait()
    whole = alone(config, tmp_path / "whole")
    found, expected = read_curve(log), read_curve(tmp_path / "whole" / "global" / LOSSES)
    assert whole.iteration == load_state(tmp_path / "one" / "global" / "checkpoint.pt")["iteration"] == 500
    assert dict(found) == pytest.approx(dict(expected), rel=1e-3)
    assert load_state(tmp_path / "two" / "global" / "checkpoint.pt")["iteration"] < 500
