"""Hosts of namespaces: cut links lose packets, mended ones carry them, and nothing is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.cluster import network
from bench.cluster.network import Network, NetworkError, program, refusal, run, sweep

needs_namespaces = pytest.mark.skipif(bool(refusal()), reason="no network namespaces here")


@pytest.fixture
def pair():
    made = Network(["one", "two"])
    yield made
    made.close()


def reaches(made, one, other) -> bool:
    """Tell whether one host gets an answer of another: a refusal is one."""
    ask = f"import socket as s\ntry: s.create_connection(('{made.addresses[other]}', 9), 0.7)\n"
    ask += "except ConnectionRefusedError: raise SystemExit(0)\nexcept OSError: raise SystemExit(1)\n"
    inside = [program("ip"), "netns", "exec", made.namespace(one), sys.executable, "-I", "-S", "-c", ask]
    return subprocess.run(inside, check=False).returncode == 0


@needs_namespaces
def test_cut_link_loses_packets_of_two_hosts_until_it_is_mended(pair):
    assert reaches(pair, "one", "two")
    pair.cut("one", "two")
    assert not reaches(pair, "one", "two")
    pair.mend("one", "two")
    assert reaches(pair, "two", "one")


TALK = """
import socket, sys, time
server = sys.argv[1] == "serve"
if server:
    listener = socket.create_server(("0.0.0.0", 7))
    print("ready", flush=True)
    one, _ = listener.accept()
    while data := one.recv(1): one.sendall(data)
else:
    one = socket.create_connection((sys.argv[1], 7), 5)
    one.settimeout(float(sys.argv[2]))
    for line in sys.stdin:
        one.sendall(b"x")
        try: print("answered" if one.recv(1) else "closed", flush=True)
        except TimeoutError: print("silent", flush=True)
"""


@needs_namespaces
def test_cut_link_silences_a_connection_that_stood_before_it(pair):
    def start(name, *arguments):
        inside = [program("ip"), "netns", "exec", pair.namespace(name), sys.executable, "-I", "-S", "-c", TALK]
        return subprocess.Popen([*inside, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def asks(process):
        process.stdin.write("\n")
        process.stdin.flush()
        return process.stdout.readline().strip()

    with start("two", "serve") as server:
        server.stdout.readline()
        with start("one", pair.addresses["two"], "1.0") as client:
            assert asks(client) == "answered"
            pair.cut("one", "two")
            assert asks(client) == "silent"
            pair.mend("one", "two")
            client.kill()
        server.kill()


@needs_namespaces
def test_unplugged_host_is_silent_until_it_is_plugged_in(pair):
    pair.unplug("two")
    assert not reaches(pair, "one", "two")
    pair.plug("two")
    assert reaches(pair, "one", "two")


@needs_namespaces
def test_slow_link_says_how_and_can_be_made_fast(pair):
    assert "ms" in pair.slow("one")
    pair.fast("one")
    assert reaches(pair, "one", "two")


@needs_namespaces
def test_close_removes_namespaces_and_ends_what_runs_in_them():
    made = Network(["one"])
    inside = [program("ip"), "netns", "exec", made.namespace("one"), "sleep", "60"]
    process = subprocess.Popen(inside)
    while not run("ip", "netns", "pids", made.namespace("one")).strip():
        pass
    made.close()
    assert process.wait(5) == -9
    assert made.namespace("one") not in run("ip", "netns", "list")
    assert not Path("/sys/class/net", made.bridge).exists()


@needs_namespaces
def test_sweep_takes_what_a_dead_run_left_and_leaves_the_living(pair):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = f"{network.PREFIX}{dead.pid}-web1"
    run("ip", "netns", "add", left)
    assert sweep() == [left]
    assert pair.namespace("one") in run("ip", "netns", "list")


def test_sweep_removes_folders_of_dead_runs_alone(tmp_path, monkeypatch):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    monkeypatch.setattr(network.tempfile, "gettempdir", lambda: str(tmp_path))
    for name in (f"run-{dead.pid}-abc", f"run-{os.getpid()}-abc", "run-x"):
        (tmp_path / name).mkdir()
    network.sweep_folders("run-")
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"run-{os.getpid()}-abc", "run-x"]


def test_refusal_names_a_missing_program_and_missing_rights(monkeypatch):
    monkeypatch.setattr(network.os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(network, "program", lambda name: "/bin/true")
    assert refusal() == "network namespaces need the rights of root."
    monkeypatch.setattr(network, "program", lambda name: "" if name == "ip" else "/bin/true")
    assert "no program 'ip'" in refusal()


def test_refusal_tells_what_the_system_said(monkeypatch):
    def refuses(*command: str) -> str:
        if "netns" in command and "list" in command:
            return ""
        raise NetworkError("ip: Operation not permitted")

    monkeypatch.setattr(network.os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(network, "program", lambda name: "/bin/true")
    monkeypatch.setattr(network, "run", refuses)
    assert refusal().startswith("the system refuses network namespaces: ip: Operation not permitted")
