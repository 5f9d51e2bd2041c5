"""A pack is whole, exact, the same for the same pixels, or refused."""

import signal
import struct
import subprocess
import sys

import numpy as np
import pytest

from tests.conftest import ROOT
from webapp.imaging.pyramid import packfile
from webapp.imaging.pyramid.codec import BUCKET_BYTES
from webapp.imaging.pyramid.geometry import GeometryError
from webapp.imaging.pyramid.packfile import PackError, PackReader, write_pack


@pytest.fixture
def pixels():
    return np.random.default_rng(2).integers(0, 65536, (700, 1031), dtype=np.uint16)


@pytest.fixture
def path(tmp_path, pixels):
    path = tmp_path / "ab" / "one.pack"
    write_pack(path, pixels, bits=16)
    return path


def test_picture_returns_every_pixel(path, pixels):
    reader = PackReader(path)
    np.testing.assert_array_equal(reader.picture(), pixels)
    assert reader.picture(reader.descriptor.min_level).shape == (175, 258)


def test_pack_is_the_same_for_the_same_pixels_and_tells_nothing_else(path, pixels, tmp_path):
    write_pack(tmp_path / "other-name.pack", pixels, bits=16)
    assert (tmp_path / "other-name.pack").read_bytes() == path.read_bytes()


def test_every_body_fills_its_bucket(path):
    reader = PackReader(path)
    sizes = {len(reader.body(*tile)) for tile in reader.descriptor.tiles()}
    assert all(size % BUCKET_BYTES == 0 for size in sizes)


def test_index_starts_on_16_bytes(path):
    (length,) = struct.unpack_from("<I", path.read_bytes(), 8)
    assert (12 + length) % 16 == 0


def test_body_refuses_tiles_outside(path):
    with pytest.raises(GeometryError):
        PackReader(path).body(11, 3, 0)


@pytest.mark.parametrize("damage", ["magic", "empty", "cut index", "cut body", "offset", "header"])
def test_reader_refuses_damaged_files(path, damage):
    data = bytearray(path.read_bytes())
    (length,) = struct.unpack_from("<I", data, 8)
    if damage == "magic":
        data[0] ^= 1
    elif damage == "empty":
        data.clear()
    elif damage == "cut index":
        del data[12 + length + 20 :]
    elif damage == "cut body":
        del data[-1:]
    elif damage == "offset":
        struct.pack_into("<Q", data, 12 + length, 1)
    else:
        data[12:20] = b"xxxxxxxx"
    path.write_bytes(data)
    with pytest.raises(PackError):
        PackReader(path)


def test_a_flipped_bit_is_found_when_a_body_is_first_read(path):
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)
    reader = PackReader(path)
    first, *_, last = reader.descriptor.tiles()
    assert reader.body(*first)
    for _ in range(2):
        with pytest.raises(PackError, match="damaged"):
            reader.body(*last)


KILLED = """
import os, signal, sys
from pathlib import Path
import numpy as np
from tests.conftest import ROOT
from webapp.imaging.pyramid import packfile
step, path = sys.argv[1], Path(sys.argv[2])
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
if step == "encode":
    packfile.pack_bytes = die
elif step == "write":
    packfile.os.fsync = die
elif step == "rename":
    Path.rename = die
else:
    packfile._sync_folder = die
packfile.write_pack(path, np.full((700, 600), 9, np.uint16), bits=12)
"""


@pytest.mark.parametrize("step", ["encode", "write", "rename", "sync"])
def test_a_kill_at_any_step_leaves_the_old_pack_or_the_new(path, pixels, step):
    command = [sys.executable, "-c", KILLED, step, str(path)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    picture = PackReader(path).picture()
    assert np.array_equal(picture, pixels) == (step != "sync")
    assert step != "sync" or (picture.shape == (700, 600) and (picture == 9).all())


def test_write_pack_leaves_nothing_when_the_disk_refuses(tmp_path, pixels, monkeypatch):
    def refuse(handle):
        raise OSError("disk full")

    monkeypatch.setattr(packfile.os, "fsync", refuse)
    with pytest.raises(OSError, match="disk full"):
        write_pack(tmp_path / "new.pack", pixels, bits=16)
    assert list(tmp_path.glob("*.pack*")) == []
    assert list(tmp_path.glob(".*")) == []
