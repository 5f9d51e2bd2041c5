"""The tile codec is exact and hides sizes."""

import gzip

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from webapp.imaging.pyramid.codec import (
    CodecError,
    decode_planes,
    decode_tile,
    encode_planes,
    encode_tile,
    gzip_padded,
)


@pytest.mark.parametrize("order", ["ramp", "random"])
def test_codec_returns_all_65536_values_exactly(order):
    values = np.arange(65536, dtype=np.uint16)
    if order == "random":
        np.random.default_rng(5).shuffle(values)
    tile = values.reshape(256, 256)
    np.testing.assert_array_equal(decode_planes(encode_planes(tile), 256, 256), tile)


@given(arrays(np.uint16, st.tuples(st.integers(1, 21), st.integers(1, 21))))
def test_codec_round_trip_any_values_and_odd_sizes(tile):
    rows, columns = tile.shape
    np.testing.assert_array_equal(decode_tile(encode_tile(tile), columns, rows), tile)


def test_encode_planes_matches_worked_example():
    # 5, then 5+2=7; below 5-1=4, then 4: residuals 5 2 / -1 0, zigzag 10 4 / 1 0, low bytes then high bytes.
    tile = np.array([[5, 7], [4, 4]], np.uint16)
    assert encode_planes(tile) == bytes([10, 4, 1, 0, 0, 0, 0, 0])


@given(st.binary(max_size=5000), st.sampled_from([1, 4096, 8192, 32768]))
@settings(max_examples=50)
def test_gzip_padded_fills_the_bucket_and_inflates_exactly(data, bucket):
    body = gzip_padded(data, bucket=bucket)
    assert len(body) % bucket == 0
    assert gzip.decompress(body) == data
    assert body == gzip_padded(data, bucket=bucket)
    assert body[4:8] == b"\0\0\0\0"  # no time


def test_decode_refuses_short_and_damaged_bodies():
    tile = np.zeros((4, 4), np.uint16)
    with pytest.raises(CodecError, match="expected 40 bytes"):
        decode_planes(encode_planes(tile), 5, 4)
    body = bytearray(encode_tile(tile))
    body[-1] ^= 1
    with pytest.raises(CodecError, match="damaged"):
        decode_tile(bytes(body), 4, 4)


def test_encode_refuses_other_types():
    with pytest.raises(CodecError, match="float64"):
        encode_planes(np.zeros((2, 2)))
