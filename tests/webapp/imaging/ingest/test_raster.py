"""PNG, TIFF, JPEG and PGM: every bit of a gray picture, or a refusal in words."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from tests.webapp.imaging.drawing import draw_breast, png_bytes
from webapp.imaging.ingest.errors import IngestError
from webapp.imaging.ingest.raster import read_raster

EIGHT = (draw_breast(bits=8)).astype(np.uint8)
SIXTEEN = draw_breast(bits=16)


def saved(picture, kind, **options):
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize(("pixels", "bits"), [(EIGHT, 8), (draw_breast(bits=12), 12), (SIXTEEN, 16)])
def test_lossless_files_keep_every_value(kind, pixels, bits):
    source = read_raster(saved(Image.fromarray(pixels), kind), "a")
    np.testing.assert_array_equal(source.pixels, pixels)
    assert source.bits == bits


@pytest.mark.parametrize("top", [255, 1023, 4095, 65535])
def test_pgm_is_not_stretched(top):
    pixels = draw_breast(bits=top.bit_length())
    body = pixels.astype(">u2" if top > 255 else "u1").tobytes()
    source = read_raster(b"P5\n# a comment\n144 192\n%d\n" % top + body, "a.pgm")
    np.testing.assert_array_equal(source.pixels, pixels)
    assert source.bits == top.bit_length()


def test_plain_pgm_is_read_and_a_short_one_refused():
    pixels = draw_breast(bits=8)
    text = b"P2 144 192 255\n" + b" ".join(b"%d" % value for value in pixels.ravel())
    np.testing.assert_array_equal(read_raster(text, "a.pgm").pixels, pixels)
    with pytest.raises(IngestError, match="cut short"):
        read_raster(text[:5000], "a.pgm")


def test_gray_in_color_files_is_taken_and_color_refused():
    gray = Image.fromarray(EIGHT)
    np.testing.assert_array_equal(read_raster(saved(gray.convert("RGB"), "PNG"), "a").pixels, EIGHT)
    tinted = np.dstack([EIGHT, EIGHT, EIGHT // 2])
    with pytest.raises(IngestError, match=r"a\.png was not added: it is in color"):
        read_raster(png_bytes(tinted), "a.png")


def test_white_is_zero_tiff_is_turned():
    data = saved(Image.fromarray((65535 - SIXTEEN).astype(np.uint16)), "TIFF", tiffinfo={262: 0})
    np.testing.assert_array_equal(read_raster(data, "a.tif").pixels, SIXTEEN)


def png_bomb():
    """A PNG whose header claims 50,000 × 50,000 pixels in a few kilobytes."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 50000, 50000, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"not a picture at all", "not an image"),
        (png_bytes(EIGHT)[:2000], "cut short or damaged"),
        (png_bytes(np.zeros((1, 1), np.uint8)), "1 × 1 pixels"),
        (png_bomb(), "more pixels than the limit of 80 million"),
        (saved(Image.fromarray(EIGHT), "GIF"), "is a GIF file"),
        (
            saved(Image.fromarray(EIGHT), "TIFF", save_all=True, append_images=[Image.fromarray(EIGHT)]),
            "2 pictures",
        ),
        (saved(Image.fromarray(EIGHT.astype(np.float32)), "TIFF"), "pixels are F"),
        (saved(Image.fromarray(EIGHT).convert("1"), "PNG"), "pixels are 1"),
    ],
)
def test_refusals_name_the_file_and_the_reason(data, words):
    with pytest.raises(IngestError) as caught:
        read_raster(data, "scan.png")
    assert str(caught.value).startswith("scan.png was not added: ")
    assert words in str(caught.value)
