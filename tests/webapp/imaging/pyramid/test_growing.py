"""A growing pack names a tile only when it is whole, keeps its bytes, and ends as the same pack as any other."""

from __future__ import annotations

import numpy as np
import pytest

from webapp.imaging.pyramid.codec import decode_tile
from webapp.imaging.pyramid.geometry import GeometryError
from webapp.imaging.pyramid.growing import GrowingPyramid, GrowingReader, NotYetError, open_pack
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


def test_tiles_appear_when_whole_and_keep_their_bytes(tmp_path, pixels):
    write_pack(tmp_path / "sealed.pack", pixels, bits=12)
    sealed = PackReader(tmp_path / "sealed.pack")
    growing = GrowingPyramid.open(tmp_path / "a" / "one.pack", COLUMNS, ROWS, bits=12)
    reader = open_pack(tmp_path / "a" / "one.pack")
    drawn = np.zeros(pixels.shape, bool)
    layout = growing.descriptor
    for x, y in regions(3):
        patch = pixels[y : y + PATCH, x : x + PATCH]
        named = growing.write_region(x, y, patch)
        drawn[y : y + PATCH, x : x + PATCH] = True
        for tile in named:
            assert reader.body(*tile) == sealed.body(*tile)
        assert sorted(reader.finished()) == sorted(growing.finished)
        full = [tile for tile in layout.tiles() if tile[0] == layout.max_level]
        for tile in full:  # brute force over the footprint
            foot = layout.footprint(*tile)
            whole = drawn[foot.top : foot.bottom, foot.left : foot.right].all()
            assert whole == (tile in growing.finished)
    assert len(growing.finished) == len(set(growing.finished)) == layout.tile_count
    growing.seal()
    assert (tmp_path / "a" / "one.pack").read_bytes() == (tmp_path / "sealed.pack").read_bytes()
    assert reader.body(layout.max_level, 0, 0) == sealed.body(layout.max_level, 0, 0)  # of the file it still holds
    assert isinstance(open_pack(tmp_path / "a" / "one.pack"), PackReader)


def test_first_writer_owns_the_pixel(tmp_path):
    growing = GrowingPyramid.open(tmp_path / "one.pack", 300, 200, bits=12)
    assert growing.write_region(0, 0, np.full((200, 200), 7, np.uint16)) == []
    (tile,) = growing.write_region(100, 0, np.full((200, 200), 9, np.uint16))
    found = decode_tile(GrowingReader(tmp_path / "one.pack").body(*tile), 300, 200)
    assert (found[:, :200] == 7).all()
    assert (found[:, 200:] == 9).all()


def test_a_tile_that_is_not_there_is_told_apart_from_one_that_never_will_be(tmp_path):
    growing = GrowingPyramid.open(tmp_path / "one.pack", 300, 200, bits=12)
    reader = GrowingReader(tmp_path / "one.pack")
    with pytest.raises(NotYetError):
        reader.body(9, 0, 0)
    with pytest.raises(GeometryError):
        reader.body(9, 1, 0)
    with pytest.raises(PackError, match="60000 pixels are missing"):
        growing.seal()


@pytest.mark.parametrize(("x", "y"), [(-1, 0), (250, 0), (0, 150)])
def test_a_region_outside_is_refused(tmp_path, x, y):
    growing = GrowingPyramid.open(tmp_path / "one.pack", 300, 200, bits=12)
    with pytest.raises(GeometryError, match="within 300 × 200"):
        growing.write_region(x, y, np.ones((100, 100), np.uint16))


def test_no_file_and_no_pack_are_refused(tmp_path):
    (tmp_path / "other").write_bytes(b"something else")
    for name in ("other", "missing"):
        with pytest.raises(PackError):
            open_pack(tmp_path / name)
