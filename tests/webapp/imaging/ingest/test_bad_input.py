"""Files made to hurt: each ends in a sentence, and none in a crash, a hang or all the memory."""

from __future__ import annotations

import io
import os
import resource
import struct
import subprocess
import sys
import threading
import time
import zlib

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, JPEG2000Lossless, JPEGLSLossless, RLELossless

from tests.conftest import ROOT
from tests.webapp.imaging.drawing import dicom_bytes, dicom_dataset, draw_breast, png_bytes
from webapp.imaging.ingest.codestream import codestream_size, inflates_within
from webapp.imaging.ingest.errors import IngestError
from webapp.imaging.ingest.files import file_bytes
from webapp.imaging.ingest.read import read_source

PIXELS = draw_breast()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_claiming(rows, columns, body=b"\0" * 1000, *, extra=b""):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, 16, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + extra + chunk(b"IDAT", zlib.compress(body, 9)) + chunk(b"IEND", b"")


def refused(data, words):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(IngestError) as caught:
        read_source(data, "bad.bin")
    assert str(caught.value).startswith("bad.bin was not added: ")
    assert words in str(caught.value)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 700, f"{grown:.0f} MB for a file of {len(data)} bytes"


def read_or_refused(data):
    """A picture that is right, or a sentence; nothing else may come."""
    try:
        source = read_source(data, "odd.dcm")
    except IngestError as error:
        words = str(error)
    else:
        words = "odd.dcm was not added: "
        np.testing.assert_array_equal(source.pixels, PIXELS)
    assert words.startswith("odd.dcm was not added: ")


@pytest.mark.parametrize("rows", [64, 1200, 65535])
def test_pictures_65535_px_wide_are_refused_before_they_are_decoded(rows):
    refused(png_claiming(rows, 65535), "pixels")
    refused(dicom_bytes(dicom_dataset(PIXELS, Rows=rows, Columns=65535)), "65535 pixels")
    refused(b"P5 65535 %d 255\n" % rows + b"\0" * 1000, "65535 pixels")


def test_a_bomb_within_the_limits_of_size_is_inflated_no_further_than_its_size():
    refused(png_claiming(100, 100, bytes(300_000_000)), "no breast can be seen")


def test_a_bomb_in_the_text_of_a_png_is_not_inflated():
    text = chunk(b"zTXt", b"comment\0\0" + zlib.compress(bytes(300_000_000), 9))
    refused(png_claiming(192, 144, extra=text), "bad.bin was not added")


def test_a_deflated_dicom_that_inflates_for_ever_is_refused():
    dataset = dicom_dataset(PIXELS)
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    data = dicom_bytes(dataset)
    start = 144 + int.from_bytes(data[140:144], "little")
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = b"".join([*(deflate.compress(bytes(1 << 24)) for _ in range(32)), deflate.flush()])
    assert len(bomb) < 1_000_000
    refused(data[:start] + bomb, "it inflates to more than 512 MB")


@pytest.mark.parametrize("syntax", [JPEG2000Lossless, JPEGLSLossless])
def test_rows_that_disagree_with_the_compressed_image_are_named(syntax):
    dataset = dicom_dataset(PIXELS)
    dataset.compress(syntax, PIXELS, generate_instance_uid=False)
    dataset.Rows = 200
    refused(dicom_bytes(dataset), "its header says 200 × 144 pixels and its image 192 × 144")


@pytest.mark.parametrize(
    ("rows", "columns", "words"),
    [
        (193, 144, "cut short or damaged"),
        (144, 4000, "cut short or damaged"),
        (96, 144, "its header says 96 × 144 pixels, 27648 bytes, and it holds 55296"),
    ],
)
def test_rows_that_disagree_with_raw_pixels_are_refused(rows, columns, words):
    refused(dicom_bytes(dicom_dataset(PIXELS, Rows=rows, Columns=columns)), words)


def test_a_panic_of_the_rle_decoder_is_a_refusal():
    dataset = dicom_dataset(PIXELS)
    dataset.compress(RLELossless, PIXELS, generate_instance_uid=False)
    data = bytearray(dicom_bytes(dataset))
    at = data.index(struct.pack("<II", 2, 64))  # the RLE header: two segments, the first at 64
    struct.pack_into("<I", data, at + 8, 70)
    refused(bytes(data), "cut short or damaged")


@pytest.mark.parametrize("depth", [50, 3000])
def test_nested_sequences_end_in_a_picture_or_a_sentence(depth):
    body = b""
    for _ in range(depth):  # (0008,1140) of undefined length, in explicit little endian
        body = b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff" + body
        body += b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0"
    data = dicom_bytes(dicom_dataset(PIXELS))
    start = 144 + int.from_bytes(data[140:144], "little")
    read_or_refused(data[:start] + body + data[start:])


@pytest.mark.parametrize(
    ("keyword", "kind", "value"),
    [
        ("Rows", "LO", "many"), ("Columns", "US", [144, 144]), ("BitsStored", "LO", "x"),
        ("RescaleSlope", "LO", "nan"), ("RescaleSlope", "LO", "0"),
        ("RescaleIntercept", "LO", "1\\2"), ("PatientOrientation", "US", 3), ("WindowCenter", "UI", "1.2"),
        ("NumberOfFrames", "LO", "zero"), ("PixelPaddingValue", "OB", b"\1\2\3"), ("Modality", "SQ", [Dataset()]),
        ("VOILUTSequence", "LO", "none"), ("ViewCodeSequence", "US", 1), ("ImagerPixelSpacing", "PN", "A^B"),
    ],
)  # fmt: skip
def test_an_element_of_the_wrong_kind_ends_in_a_picture_or_a_sentence(keyword, kind, value):
    dataset = dicom_dataset(PIXELS)
    dataset.add_new(keyword, kind, value)
    read_or_refused(dicom_bytes(dataset))


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "growing.png"
    path.write_bytes(png_bytes(PIXELS))
    fstat = os.fstat

    def late(handle):
        monkeypatch.setattr(os, "fstat", fstat)
        found = fstat(handle)
        with path.open("ab") as file:  # between the first look and the last
            file.write(b"more")
        return found

    monkeypatch.setattr(os, "fstat", late)
    with pytest.raises(IngestError, match=r"growing\.png was not added: it changed while it was read\. Wait"):
        file_bytes(path, limit=1 << 30)
    assert file_bytes(path, limit=1 << 30).endswith(b"more")


def test_a_file_rewritten_in_place_while_it_is_read_is_never_half_and_half(tmp_path):
    path, stop, kinds = tmp_path / "busy.bin", threading.Event(), []
    size = 4_000_000

    def rewrite():
        value = 0
        while not stop.is_set():
            value ^= 255
            path.write_bytes(bytes([value]) * size)

    path.write_bytes(b"\0" * size)
    writer = threading.Thread(target=rewrite)
    writer.start()
    deadline = time.monotonic() + 1.0
    while time.monotonic() < deadline:
        try:
            data = file_bytes(path, limit=1 << 30)
        except IngestError as error:
            kinds.append("changed" in str(error))
        else:
            assert len(set(data)) <= 1
    stop.set()
    writer.join()
    assert all(kinds)


def test_a_device_and_a_folder_are_no_files(tmp_path):
    for path in ("/dev/zero", tmp_path):
        with pytest.raises(IngestError, match="it is not a file"):
            file_bytes(type(tmp_path)(path), limit=1000)


def test_a_full_disk_is_told_as_such_and_leaves_nothing(tmp_path):
    (tmp_path / "a.png").write_bytes(png_bytes(np.random.default_rng(1).integers(0, 4096, (900, 700), np.uint16)))
    script = (
        "import resource, sys; from pathlib import Path\n"
        "from webapp.imaging.ingest.prepare import Job, prepare\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "print(prepare(Job(Path(sys.argv[1]), 1 << 30, pack=Path(sys.argv[2]))).storage)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "a.png"), str(tmp_path / "packs" / "a.pack")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "the disk of the tile packs is full"
    assert list((tmp_path / "packs").iterdir()) == []


def test_sizes_are_read_from_real_streams(ge_dicom):
    from pydicom.encaps import generate_frames

    frame = next(generate_frames(pydicom.dcmread(ge_dicom).PixelData, number_of_frames=1))
    assert codestream_size(frame) == (3062, 2394)
    assert codestream_size(b"") is None
    assert codestream_size(b"\xff\xd8" + b"\xff" * 50) is None
    assert codestream_size(bytes(100)) is None


def test_inflating_stops_at_the_limit():
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    data = deflate.compress(bytes(5_000_000)) + deflate.flush()
    assert inflates_within(data, 5_000_000)
    assert not inflates_within(data, 4_000_000)
    assert inflates_within(data[:-9], 5_000_000)
    assert inflates_within(b"\xff\xff nonsense", 10)


def test_fuzz_finds_nothing_in_300_cases():
    from bench.fuzz import fuzz

    found = fuzz(range(50_000, 50_300), workers=1)
    assert [(one.job, one.failure, one.detail) for one in found.failures] == []
    assert found.cases == 300
    assert found.outcomes["accepted"] > 30  # the damage must not all be fatal at the first byte
    assert found.outcomes["refused with a reason"] > 100
    assert found.peak_bytes < 600_000_000


def test_a_case_is_the_same_file_again():
    from bench.fuzz_cases import damaged_file

    assert damaged_file(7) == damaged_file(7) != damaged_file(8)
    assert isinstance(io.BytesIO(damaged_file(7)).read(), bytes)
