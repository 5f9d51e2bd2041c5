"""Training on two hosts by torchrun: equal to one process, also when a host or its link is lost and comes back.

The hosts are network namespaces (`bench.cluster.network`); a third one holds the meeting place, so either training
host may be lost. Each host has a folder of its own: nothing is shared but the network.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from bench.cluster.network import DEVICE, Network, end_all, program, refusal
from bench.table import Row
from mambo_engine.training.log import LOSSES, read_curve
from mambo_engine.training.meeting import PORT
from mambo_engine.training.newest import fingerprint
from mambo_engine.training.resume import CHECKPOINT, load_state

HOSTS = ("one", "two")
LIMIT_S = 240.0
PATIENCE_S = 6
RENDEZVOUS = "is_host=0,last_call_timeout=4,keep_alive_interval=1,keep_alive_max_attempt=4,read_timeout=6"
EXPERIMENT = """
name: hosts
geometry: {{size: 64, patch_size: 16, context_factor: 2, overlap: 4}}
data: {{count: 4, seed: 10}}
training: {{iterations: {iterations}, batch: 4, largest_part: 2, log_every: 5, save_seconds: 0.5}}
stages:
  global: &stage
    network: &network {{in_channels: 1, base_channels: 8, multipliers: [1, 2], blocks_per_level: 1, norm_groups: 4,
      attention_heads: 2, head_channels: 4, linear_attention: false, label_sizes: [5, 4, 2]}}
    schedule: {{kind: cosine}}
    prediction: v
  local:
    <<: *stage
    network: {{<<: *network, in_channels: 3}}
  patch:
    <<: *stage
    network: {{<<: *network, in_channels: 3}}
"""


def measure(*, quick: bool = False) -> list[Row]:
    """Return the rows; none, after a sentence that says why, where hosts can't be made."""
    reason = refusal()
    if reason:
        sys.stdout.write(f"training-hosts: {reason}\n")
        return [Row("runs on several hosts (not possible here)", 0, "")]
    with tempfile.TemporaryDirectory(prefix="mambo-hosts-") as name, closing(Network([*HOSTS, "meet"])) as network:
        place = Path(name)
        experiment = place / "hosts.yaml"
        experiment.write_text(EXPERIMENT.format(iterations=400 if quick else 800))
        meeting = _start(network, "meet", ["-m", "mambo_engine.training.meeting"], place / "meet.log")
        try:
            return _rows(network, experiment)
        finally:
            meeting.kill()
            meeting.wait()


def _rows(network: Network, experiment: Path) -> list[Row]:
    whole = experiment.parent / "alone"
    train = [*_train(experiment, whole)]
    subprocess.run([sys.executable, *train], env=_environment(), check=True, capture_output=True)
    rows = []
    for name, trouble in (
        ("two hosts", None),
        ("link of host two cut and mended", _cut_and_return),
        ("host two killed and back", lambda run: _kill_and_return(run, "two")),
        ("host one (rank 0) killed and back", lambda run: _kill_and_return(run, "one")),
    ):
        run = Run(network, experiment, re.sub(r"\W+", "-", name))
        seconds = run.through(trouble)
        rows += run.compared(name, whole, seconds)
    return rows


class Run:
    """One training on both hosts, each with its folder.

    Args:
        network: of the hosts.
        experiment: its file.
        name: of the run; the hosts find each other by it.
    """

    def __init__(self, network: Network, experiment: Path, name: str) -> None:
        self.network, self.experiment, self.name = network, experiment, name
        self.agents: dict[str, subprocess.Popen[bytes]] = {}

    def folder(self, host: str) -> Path:
        """Where a host keeps its files."""
        return self.experiment.parent / f"{self.name}-{host}"

    def log(self, host: str) -> Path:
        """What a host's processes print."""
        return self.experiment.parent / f"{self.name}-{host}.log"

    def start(self, host: str) -> None:
        """Start torchrun on a host."""
        launch = [
            *("-m", "torch.distributed.run", "--nnodes", "1:2", "--nproc-per-node", "1", "--max-restarts", "9"),
            *("--rdzv-backend", "c10d", "--rdzv-endpoint", f"{self.network.addresses['meet']}:{PORT}"),
            *("--rdzv-id", self.name, "--rdzv-conf", RENDEZVOUS, "--local-addr", self.network.addresses[host]),
        ]
        train = [*_train(self.experiment, self.folder(host)), "--patience", str(PATIENCE_S)]
        self.agents[host] = _start(self.network, host, [*launch, *train], self.log(host))

    def through(self, trouble: Callable[[Run], float] | None) -> float:
        """Train to the end, with trouble on the way; return the seconds from the trouble to the next step."""
        try:
            for host in HOSTS:
                self.start(host)
            seconds = trouble(self) if trouble else 0.0
            self.until(lambda: all(agent.poll() is not None for agent in self.agents.values()))
            for host, agent in self.agents.items():
                if agent.returncode:
                    raise RuntimeError(
                        f"{self.name}: host {host} ended with {agent.returncode}\n{self._tail(host)}"
                    )
        finally:
            for host in HOSTS:
                end_all(self.network.namespace(host))
        return seconds

    def iteration(self, host: str) -> int:
        """How far a host's log goes."""
        path = self.folder(host) / "global" / LOSSES
        with suppress(OSError, ValueError, IndexError):
            return read_curve(path)[-1][0]
        return 0

    def until(self, reached: Callable[[], bool]) -> float:
        """Wait; return the seconds.

        Raises:
            RuntimeError: it took too long.
        """
        started = time.monotonic()
        while not reached():
            if time.monotonic() - started > LIMIT_S:
                tails = "\n".join(self._tail(host) for host in HOSTS)
                raise RuntimeError(f"{self.name}: not within {LIMIT_S:.0f} s\n{tails}")
            time.sleep(0.05)
        return time.monotonic() - started

    def compared(self, name: str, whole: Path, seconds: float) -> list[Row]:
        """Compare curve and weights of both hosts with those of one process.

        Raises:
            RuntimeError: a curve has other iterations, or the hosts differ.
        """
        expected = read_curve(whole / "global" / LOSSES)
        states = [load_state(self.folder(host) / "global" / CHECKPOINT) for host in HOSTS]
        if len({fingerprint(state["network"]) for state in states}) > 1:
            raise RuntimeError(f"{name}: the hosts' weights differ")
        worst = 0.0
        for host in HOSTS:
            found = read_curve(self.folder(host) / "global" / LOSSES)
            if [row[0] for row in found] != [row[0] for row in expected]:
                raise RuntimeError(f"{name}: host {host} has {len(found)} of {len(expected)} lines of the log")
            worst = max(worst, *(abs(a[1] - b[1]) / b[1] for a, b in zip(found, expected, strict=True)))
        weights = load_state(whole / "global" / CHECKPOINT)["network"]
        apart = max(float((states[0]["network"][key] - value).abs().max()) for key, value in weights.items())
        rows = [
            Row(f"{name}: largest difference of the loss", 1e6 * worst, "ppm"),
            Row(f"{name}: largest difference of a weight", 1e6 * apart, "× 1e-6"),
        ]
        return [*rows, Row(f"{name}: until training went on", seconds, "s")] if seconds else rows

    def _tail(self, host: str) -> str:
        return f"--- {host}\n" + self.log(host).read_text(errors="replace")[-3000:]


def _kill_and_return(run: Run, host: str) -> float:
    """Kill all of a host at once; start it again when the other one has gone on."""
    other = HOSTS[1 - HOSTS.index(host)]
    run.until(lambda: run.iteration(other) >= 60)
    end_all(run.network.namespace(host))
    return _return(run, host, other)


def _cut_and_return(run: Run) -> float:
    """Cut a host's link, and mend it when the other one has gone on; its torchrun is started again if it ended."""
    run.until(lambda: run.iteration("one") >= 60)
    run.network.unplug("two")
    time.sleep(1)
    seconds = _went_on(run, "one")
    run.network.plug("two")
    was, agent = run.iteration("two"), run.agents["two"]
    run.until(lambda: agent.poll() is not None or run.iteration("two") > was + 5)
    if agent.poll():
        _start_again(run, "two")
    return seconds


def _return(run: Run, host: str, other: str) -> float:
    run.agents[host].wait()
    seconds = _went_on(run, other)
    _start_again(run, host)
    return seconds


def _went_on(run: Run, host: str) -> float:
    at = run.iteration(host)
    return run.until(lambda: run.iteration(host) > at + 5)


def _start_again(run: Run, host: str) -> None:
    """Start a host again and see that it trains before the run ends."""
    was = run.iteration(host)
    run.start(host)
    run.until(lambda: run.iteration(host) > was + 5)


def _train(experiment: Path, out: Path) -> list[str]:
    options = ["--config", str(experiment), "--stage", "global", "--out", str(out), "--threads", "1"]
    return ["-m", "mambo_engine", "train", *options]


def _start(network: Network, host: str, arguments: list[str], log: Path) -> subprocess.Popen[bytes]:
    inside = [program("ip"), "netns", "exec", network.namespace(host), sys.executable, *arguments]
    with log.open("ab") as file:
        return subprocess.Popen(inside, env=_environment(), stdout=file, stderr=subprocess.STDOUT)


def _environment() -> dict[str, str]:
    one_thread = {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    # With a shared store a host that comes back waits for an address that torch 2.13 tells only once.
    network = {"GLOO_SOCKET_IFNAME": DEVICE, "TORCH_DISABLE_SHARE_RDZV_TCP_STORE": "1"}
    return {**os.environ, **one_thread, **network}
