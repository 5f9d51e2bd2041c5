"""A host starts again what dies, loses everything when it is killed, and is held to a share of a core."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from bench.cluster import hosts
from bench.cluster.hosts import Host
from bench.cluster.network import Network, refusal

pytestmark = pytest.mark.skipif(bool(refusal()), reason="no network namespaces here")
SLEEP = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]


@pytest.fixture
def host(tmp_path):
    network = Network(["one", "two"])
    made = Host("one", network, tmp_path / "one")
    yield made
    made.on = False
    network.close()
    made.gone()


def number(host: Host) -> int:
    assert host.programs[0].process is not None
    return host.programs[0].process.pid


def test_program_that_ended_is_started_again_and_counted(host, monkeypatch):
    monkeypatch.setattr(hosts, "RESTART_S", 0)
    host.run([sys.executable, "-S", "-c", ""], os.environ)
    host.programs[0].process.wait(20)
    before = number(host)
    host.look()
    assert host.restarts == 1
    assert number(host) != before


def test_host_that_is_thrown_away_comes_back_with_an_empty_disk(host):
    host.run(SLEEP, os.environ)
    (host.disk / "kept").write_text("something")
    before = number(host)
    host.power_off(disk_lost=True)
    assert not host.disk.exists()
    host.look()  # nothing is started on a host that is off
    assert host.programs[0].process.poll() == -9
    host.power_on()
    assert list(host.disk.iterdir()) == []
    assert number(host) != before
    assert host.restarts == 0


def test_limit_holds_a_busy_program_to_its_share(host):
    host.run([sys.executable, "-S", "-c", "while True: pass"], os.environ)
    if host.limit(0.1) != "control groups":
        pytest.skip("no control groups here")
    time.sleep(0.3)

    def spent() -> float:
        fields = Path(f"/proc/{number(host)}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    before = spent()
    time.sleep(2)
    assert spent() - before < 0.5
