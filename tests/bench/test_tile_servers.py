"""The tile app and nginx under load, seconds short."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from bench import tile_servers
from webapp.imaging.pyramid.packfile import write_pack


@pytest.fixture
def pack(tmp_path):
    pixels = np.random.default_rng(3).integers(0, 4096, (700, 600)).astype(np.uint16)
    write_pack(tmp_path / "a.pack", pixels, bits=12)
    return tmp_path / "a.pack"


def test_rows_without_nginx_say_so(pack, tmp_path, monkeypatch):
    monkeypatch.setattr(tile_servers, "PATH_BESIDE", str(tmp_path))
    assert [row.what for row in tile_servers.rows(pack, tmp_path)] == [
        "tile app under load: left out, no nginx found"
    ]


@pytest.mark.skipif(not shutil.which("nginx", path=tile_servers.PATH_BESIDE), reason="nginx is not installed")
def test_rows_compare_servers_that_send_the_same_bytes(pack, tmp_path):
    rows = {row.what: row for row in tile_servers.rows(pack, tmp_path / "peer", rounds=1, seconds=0.2)}
    assert rows["tile app under load, tiles of tissue"].value > 0
    assert rows["tile app under load, tiles of tissue"].ratio > 0
