"""The front of the cluster is deploy/nginx/mambo.conf, and its hosts have the template's variables."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from bench.cluster import services
from bench.cluster.hosts import ROOT
from bench.cluster.services import Secrets, environment, front


def test_front_is_the_deployed_file_with_addresses_filled_in():
    text = front(Path("/disk"), ["10.0.0.1", "10.0.0.2"])
    assert re.findall(r"server (10\.\S+:8000) max_fails", text) == ["10.0.0.1:8000", "10.0.0.2:8000"]
    assert "example.org" not in text
    assert "/disk/fullchain.pem" in text
    kept = (ROOT / "deploy/nginx/mambo.conf").read_text()
    assert re.findall(r"location (.*) {", text) == re.findall(r"location (.*) {", kept)


def test_front_names_a_place_that_is_no_longer_there(monkeypatch, tmp_path):
    (tmp_path / "deploy/nginx").mkdir(parents=True)
    (tmp_path / "deploy/nginx/mambo.conf").write_text("upstream mambo_web { server app:8000; }")
    monkeypatch.setattr(services, "ROOT", tmp_path)
    with pytest.raises(ValueError, match="expected 'server web:8000'"):
        front(Path("/disk"), ["10.0.0.1"])


def test_environment_of_a_host_has_variables_of_the_template_alone():
    host = SimpleNamespace(disk=Path("/run/one/web1"))
    names = ("postgres", "valkey", "store", "nginx")
    found = environment(host, dict.fromkeys(names, "10.0.0.9"), Secrets(), "phantom")
    template = (ROOT / "deploy/environment.example").read_text()
    ours = {name for name in found if name.startswith("MAMBO_")}
    assert ours <= set(re.findall(r"^#?(MAMBO_\w+)=", template, re.MULTILINE))
    assert found["MAMBO_DATA_DIR"] == "/run/one/web1"
