"""A growing pack: every tile is there from the beginning, and only those that changed get another revision."""

from __future__ import annotations

import threading
import zlib

import numpy as np
import pytest

from webapp.imaging.pyramid.geometry import GeometryError
from webapp.imaging.pyramid.growing import GrowingPyramid, GrowingReader, open_pack, tile_name
from webapp.imaging.pyramid.packfile import PackError, PackReader, write_pack

ROWS, COLUMNS, PATCH, STEP = 1301, 1100, 256, 200


@pytest.fixture
def pixels():
    return np.random.default_rng(5).integers(0, 4096, (ROWS, COLUMNS), dtype=np.uint16)


def regions(seed):
    """Overlapping patches over the whole picture, in random order."""
    rows = [*range(0, ROWS - PATCH, STEP), ROWS - PATCH]
    columns = [*range(0, COLUMNS - PATCH, STEP), COLUMNS - PATCH]
    places = [(x, y) for y in rows for x in columns]
    np.random.default_rng(seed).shuffle(places)
    return [(int(x), int(y)) for x, y in places]


def sealed_of(path, pixels):
    write_pack(path, pixels, bits=12)
    return PackReader(path)


def test_each_step_reads_as_the_sealed_pack_of_the_same_pixels(tmp_path, pixels):
    drawn = np.full(pixels.shape, 300, np.uint16)
    growing = GrowingPyramid(tmp_path / "a" / "one.pack", drawn, bits=12)
    reader = open_pack(tmp_path / "a" / "one.pack")
    for number, (x, y) in enumerate(regions(3)):
        patch = pixels[y : y + PATCH, x : x + PATCH]
        growing.write_region(x, y, patch)
        drawn[y : y + PATCH, x : x + PATCH] = patch
        if number % 7 == 0:
            before = reader.revisions()
            changed = growing.publish()
            assert {name for name, value in reader.revisions().items() if value != before[name]} == set(changed)
            sealed = sealed_of(tmp_path / "sealed.pack", drawn)
            assert all(reader.body(*tile) == sealed.body(*tile) for tile in growing.descriptor.tiles())
    growing.publish()
    sealed = sealed_of(tmp_path / "sealed.pack", pixels)
    assert all(reader.body(*tile) == sealed.body(*tile) for tile in growing.descriptor.tiles())


def test_only_tiles_that_hold_a_changed_pixel_are_published(tmp_path, pixels):
    growing = GrowingPyramid(tmp_path / "one.pack", pixels, bits=12)
    growing.write_region(520, 520, np.zeros((20, 20), np.uint16))
    assert set(growing.publish()) == {"11/1_1", "10/0_0", "9/0_0"}
    growing.write_region(505, 600, np.zeros((20, 8), np.uint16))  # column 512 is in the left tile's overlap
    assert set(growing.publish()) == {"11/0_1", "11/1_1", "10/0_0", "9/0_0"}
    assert growing.publish() == {}


def test_pixels_that_were_there_already_make_no_revision(tmp_path, pixels):
    growing = GrowingPyramid(tmp_path / "one.pack", pixels, bits=12)
    growing.write_region(0, 0, pixels[:200, :200])
    assert growing.publish() == {}


def test_regions_are_unseen_until_they_are_published(tmp_path, pixels):
    growing = GrowingPyramid(tmp_path / "one.pack", pixels, bits=12)
    reader = GrowingReader(tmp_path / "one.pack")
    before = reader.revisions()
    growing.write_region(0, 0, np.zeros((200, 200), np.uint16))
    assert reader.revisions() == before


def test_the_file_stays_bounded_however_often_a_tile_changes(tmp_path):
    random = np.random.default_rng(1)
    growing = GrowingPyramid(tmp_path / "one.pack", random.integers(0, 4096, (400, 300), dtype=np.uint16), bits=12)
    first = (tmp_path / "one.pack").stat().st_size
    for _ in range(50):
        growing.write_region(0, 0, random.integers(0, 4096, (400, 300), dtype=np.uint16))
        growing.publish()
    assert (tmp_path / "one.pack").stat().st_size < 2.5 * first


def test_a_reader_always_gets_a_whole_tile_while_it_is_written_anew(tmp_path):
    growing = GrowingPyramid(tmp_path / "one.pack", np.zeros((400, 300), np.uint16), bits=12)
    reader, stop, failed = GrowingReader(tmp_path / "one.pack"), threading.Event(), []

    def read():
        while not stop.is_set():
            try:
                reader.body(9, 0, 0)
            except PackError as error:
                failed.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    for value in range(120):
        growing.write_region(0, 0, np.full((400, 300), value, np.uint16))
        growing.publish()
    stop.set()
    thread.join(10)
    assert failed == []


def test_revision_is_the_crc_of_what_is_sent(tmp_path, pixels):
    GrowingPyramid(tmp_path / "one.pack", pixels, bits=12)
    reader = GrowingReader(tmp_path / "one.pack")
    for tile in reader.descriptor.tiles():
        assert reader.revisions()[tile_name(tile)] == f"{zlib.crc32(reader.body(*tile)):08x}"


@pytest.mark.parametrize(("x", "y"), [(-1, 0), (250, 0), (0, 150)])
def test_a_region_outside_is_refused(tmp_path, x, y):
    growing = GrowingPyramid(tmp_path / "one.pack", np.zeros((200, 300), np.uint16), bits=12)
    with pytest.raises(GeometryError, match="within 300 × 200"):
        growing.write_region(x, y, np.ones((100, 100), np.uint16))


def test_a_tile_outside_and_a_damaged_one_are_told_apart(tmp_path):
    GrowingPyramid(tmp_path / "one.pack", np.zeros((200, 300), np.uint16), bits=12).close()
    reader = GrowingReader(tmp_path / "one.pack")
    with pytest.raises(GeometryError):
        reader.body(9, 1, 0)
    data = bytearray((tmp_path / "one.pack").read_bytes())
    data[-1] ^= 1
    data = data[: len(data) - 4]
    (tmp_path / "one.pack").write_bytes(data)
    with pytest.raises(PackError, match="9/0_0 is damaged"):
        GrowingReader(tmp_path / "one.pack").body(9, 0, 0)


def test_a_disk_that_refuses_leaves_nothing(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("webapp.imaging.pyramid.growing.os.pwrite", refuse)
    with pytest.raises(OSError, match="No space"):
        GrowingPyramid(tmp_path / "one.pack", np.zeros((200, 300), np.uint16), bits=12)
    assert list(tmp_path.iterdir()) == []


def test_no_file_and_no_pack_are_refused(tmp_path):
    (tmp_path / "other").write_bytes(b"something else")
    for name in ("other", "missing"):
        with pytest.raises(PackError):
            open_pack(tmp_path / name)
