"""Pictures are added whole or not at all."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image as PillowImage
from PIL.PngImagePlugin import PngInfo

from tests.webapp.imaging.conftest import pack_files
from tests.webapp.imaging.drawing import dicom_bytes, dicom_dataset, draw_breast, png_bytes
from webapp.core.errors import ConflictError, DomainError
from webapp.imaging.ingest.source import SourceImage
from webapp.imaging.models import Image, Provenance
from webapp.imaging.selectors import image_pixels
from webapp.imaging.services import image_add, image_delete, image_ingest, image_normalize

pytestmark = pytest.mark.django_db


def test_image_add_keeps_pixels_exactly(image, raster):
    np.testing.assert_array_equal(image_pixels(image), raster.pixels)
    assert (image.rows, image.columns, image.bits, image.laterality, image.view) == (192, 144, 12, "R", "CC")
    assert image.pixel_sha256 == raster.pixel_sha256
    assert image.spacing_mm is None
    assert image.token not in str(image.pack_path)


def test_image_add_stores_provenance(packs, raster):
    made = image_add(
        raster,
        title="drawn",
        source="generated",
        created_by=None,
        labels={"birads": "4", "density": "C"},
        provenance={"bundle": "phantom", "digest": "d" * 64, "seed": 7, "labels": {"birads": "4"}, "steps": 20},
    )
    assert (made.provenance.seed, made.provenance.bundle, made.birads) == (7, "phantom", "4")


@pytest.mark.parametrize(
    "wrong", [{"source": "martian"}, {"provenance": {"prompt": "x"}}, {"provenance": {"seed": "not a number"}}]
)
def test_image_add_leaves_neither_row_nor_file_on_failure(packs, raster, wrong):
    with pytest.raises((DomainError, ValueError)):
        image_add(raster, **({"title": "x", "source": "generated", "created_by": None} | wrong))
    assert not Image.objects.exists()
    assert not Provenance.objects.exists()
    assert pack_files(packs) == []


def test_the_same_original_twice_is_a_conflict_that_names_the_first(image, raster, packs):
    with pytest.raises(ConflictError, match=r"“drawn\.png”"):
        image_add(raster, title="again.png", source="original", created_by=None)
    assert Image.objects.count() == 1
    assert pack_files(packs) == [image.pack_path]


def test_two_requests_may_draw_the_same_picture(packs, raster):
    for _ in range(2):
        image_add(raster, title="drawn", source="generated", created_by=None)
    assert Image.objects.count() == 2


def test_image_ingest_reads_a_file_and_its_labels(packs):
    labels = {"birads": "2", "density": "B", "view": "CC", "laterality": "L", "pixel_spacing_mm": "0.1"}
    image = image_ingest(
        io.BytesIO(png_bytes(draw_breast())), name="a.png", created_by=None, source="phantom", labels=labels
    )
    assert (image.title, image.source, image.birads, image.density, image.laterality) == (
        "a.png",
        "phantom",
        "2",
        "B",
        "L",
    )
    assert image.spacing_mm == (0.1, 0.1)


def generated_files():
    dataset = dicom_dataset(draw_breast(), SyntheticData="YES")
    text = PngInfo()
    text.add_text("mambo:provenance", "{}")
    sink = io.BytesIO()
    PillowImage.fromarray(draw_breast()).save(sink, "PNG", pnginfo=text)
    return [dicom_bytes(dataset), sink.getvalue()]


@pytest.mark.parametrize("data", generated_files())
def test_image_ingest_takes_what_calls_itself_synthetic_as_generated_only(packs, data):
    with pytest.raises(DomainError, match="it says of itself that it is synthetic"):
        image_ingest(io.BytesIO(data), name="a", created_by=None)
    assert not Image.objects.exists()
    assert image_ingest(io.BytesIO(data), name="a", created_by=None, source="generated").source == "generated"


def test_image_ingest_normalizes_the_letters_of_labels(packs):
    labels = {"density": "c", "view": "mlo", "laterality": "r"}
    image = image_ingest(io.BytesIO(png_bytes(draw_breast())), name="a.png", created_by=None, labels=labels)
    assert (image.density, image.view, image.laterality) == ("C", "MLO", "R")


@pytest.mark.parametrize(
    "data",
    [b"nothing", png_bytes(draw_breast())[:900], dicom_bytes(dicom_dataset(draw_breast(), PixelData=None))],
)
def test_image_ingest_leaves_nothing_behind_for_bad_files(packs, data):
    with pytest.raises(DomainError, match=r"bad\.bin was not added"):
        image_ingest(io.BytesIO(data), name="bad.bin", created_by=None)
    assert not Image.objects.exists()
    assert pack_files(packs) == []


def test_image_ingest_refuses_what_is_too_large(packs, settings, tmp_path):
    settings.UPLOAD_MAX_BYTES = 1000
    path = tmp_path / "big.png"
    path.write_bytes(png_bytes(draw_breast()))
    for file in (path, io.BytesIO(path.read_bytes())):
        with pytest.raises(DomainError, match=r"big\.png was not added: it is larger than"):
            image_ingest(file, name="big.png", created_by=None)


def test_image_normalize_makes_a_copy_that_tells_nothing(image):
    image.birads, image.header = "5", {"Manufacturer": "ACME"}
    image.save()
    copy = image_normalize(image, rows=256, columns=208, seed=3)
    assert (copy.source, copy.rows, copy.columns, copy.bits) == ("study", 256, 208, 12)
    assert (copy.title, copy.birads, copy.view, copy.laterality, copy.header, copy.presets) == (
        "Study picture",
        "",
        "",
        "",
        {},
        [],
    )
    assert copy.spacing_mm is None
    again = image_normalize(image, rows=256, columns=208, seed=3)
    np.testing.assert_array_equal(image_pixels(copy), image_pixels(again))


def test_image_normalize_refuses_a_picture_without_a_breast(packs):
    flat = image_add(
        SourceImage(pixels=np.full((100, 100), 5, np.uint16)), title="flat", source="generated", created_by=None
    )
    with pytest.raises(DomainError, match="“flat” can't be prepared"):
        image_normalize(flat, rows=256, columns=208, seed=3)


def test_image_delete_takes_the_pack_along(image, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        image_delete(image)
    assert not Image.objects.exists()
    assert not image.pack_path.exists()
