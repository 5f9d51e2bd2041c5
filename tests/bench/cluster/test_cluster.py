"""The site on nine hosts, quickly: three faults while readers read and workers draw, and nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import cluster
from bench.cluster.network import refusal, run

ROOT = Path(__file__).parents[3]
LIMIT_S = 900  # about a minute and a half on two idle cores


def test_cluster_that_can_not_be_made_is_said_in_a_row(monkeypatch):
    monkeypatch.setattr(cluster, "refusal", lambda: "network namespaces need the rights of root.")
    (row,) = cluster.measure()
    assert row.what == "not run: network namespaces need the rights of root."
    assert not row.wrong


@pytest.mark.flow
@pytest.mark.timeout(LIMIT_S)
def test_quick_run_meets_its_faults_without_a_loss_and_leaves_nothing_behind(tmp_path):
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench", "cluster", "--quick", "--json", str(figures)]
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    done = subprocess.run(
        command, cwd=ROOT, env=kept | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    rows = {row["what"]: row for row in json.loads(figures.read_text())["figures"]["cluster"]}
    if reason := refusal():
        assert list(rows) == [f"not run: {reason}"]
        return
    for name in ("answers lost", "answers doubled or changed", "broken records", "pictures not finished"):
        assert rows[name]["value"] == 0
    for name in ("answers that were confirmed", "pictures asked for", "tiles loaded", "rehearsal: answers"):
        assert rows[name]["value"] > 0
    assert sum(name.endswith("until all goes on") for name in rows) == 3
    assert "postgres killed" in done.stdout
    assert _left() == []


def _left() -> list[str]:
    """Return namespaces of runs that are no longer there."""
    return [
        name
        for name in (line.split()[0] for line in run("ip", "netns", "list").splitlines())
        if name.startswith("mambo-") and not Path(f"/proc/{name.split('-')[1]}").exists()
    ]
