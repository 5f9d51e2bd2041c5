"""The library's pages, uploads and files."""

from __future__ import annotations

import io

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as Picture

from tests.webapp.imaging.conftest import pack_files
from tests.webapp.imaging.drawing import dicom_bytes, dicom_dataset, draw_breast, png_bytes
from webapp.imaging.ingest.bounded import Limits
from webapp.imaging.ingest.standby import Standby
from webapp.imaging.models import Image, TileAlias
from webapp.imaging.services import files, image_add
from webapp.imaging.tile_address import COOKIE

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def admin(client, people):
    client.force_login(people["admin"])
    return client


def upload(client, data, name="a.png", **fields):
    return client.post(reverse("imaging:upload"), {"file": SimpleUploadedFile(name, data), **fields}, **JSON)


def test_library_is_for_admins(client, people):
    assert client.get(reverse("imaging:library")).status_code == 302
    for role in ("reader", "demo"):
        client.force_login(people[role])
        assert client.get(reverse("imaging:library")).status_code == 403


def test_library_shows_filters_and_its_empty_states(admin, image):
    page = admin.get(reverse("imaging:library")).content.decode()
    assert "drawn.png" in page
    assert "1 picture" in page
    page = admin.get(reverse("imaging:library"), {"view": "MLO"}).content.decode()
    assert "Nothing matches these filters" in page
    Image.objects.all().delete()
    assert "The library is empty" in admin.get(reverse("imaging:library")).content.decode()


def test_library_asks_the_database_the_same_for_one_and_many(admin, packs, django_assert_max_num_queries):
    for seed in range(5):
        upload(admin, png_bytes(draw_breast(seed=seed)), f"{seed}.png")
    with django_assert_max_num_queries(5):
        admin.get(reverse("imaging:library"))


def test_upload_answers_with_the_picture(admin, packs, people):
    answer = upload(admin, png_bytes(draw_breast()), source="phantom", birads="3", view="MLO")
    assert answer.status_code == 201
    line = answer.json()["image"]
    image = Image.objects.get(token=line["token"])
    assert (image.source, image.birads, image.view, image.created_by) == ("phantom", "3", "MLO", people["admin"])
    assert line["facts"] == "192 × 144, 12 bits, MLO"


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (b"hello", 400, "a.png was not added: it is not an image."),
        (dicom_bytes(dicom_dataset(draw_breast(), NumberOfFrames=4)), 400, "it holds 4 frames"),
        (
            png_bytes(np.dstack([draw_breast(bits=8).astype(np.uint8)] * 2 + [np.zeros((192, 144), np.uint8)])),
            400,
            "in color",
        ),
    ],
)
def test_upload_says_why_not_and_leaves_nothing(admin, packs, data, status, words):
    answer = upload(admin, data)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["field"] == "file"
    assert words in error["message"]
    assert not Image.objects.exists()
    assert pack_files(packs) == []


def test_upload_of_the_same_picture_is_a_conflict(admin, packs):
    upload(admin, png_bytes(draw_breast()), "first.png")
    answer = upload(admin, png_bytes(draw_breast()), "second.png")
    assert answer.status_code == 409
    assert "“first.png”" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("crash", "crash was not added: reading it ended the process (exit status -11)."),
        ("hang", "hang was not added: reading it took longer than"),
        ("raise", "raise was not added: reading it failed in an unknown way (LookupError: nothing here)."),
        ("greedy", "greedy was not added: reading it failed in an unknown way (MemoryError"),
    ],
)
def test_upload_that_ends_its_decoder_is_refused_and_the_site_goes_on(admin, packs, monkeypatch, name, words):
    bad = Standby("tests.webapp.imaging.ingest.workloads:prepare_badly", limits=Limits(1.0, 1 << 30))
    with monkeypatch.context() as patch:
        patch.setattr(files, "reading", bad)
        answer = upload(admin, png_bytes(draw_breast()), name)
    bad.close()
    assert answer.status_code == 400
    assert words in answer.json()["error"]["message"]
    assert (Image.objects.count(), pack_files(packs)) == (0, [])
    assert upload(admin, png_bytes(draw_breast())).status_code == 201


@pytest.mark.parametrize("kept_in_memory", [100, 10_000_000])
def test_upload_is_read_by_another_process(admin, packs, settings, monkeypatch, kept_in_memory):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = kept_in_memory
    monkeypatch.setattr("webapp.imaging.ingest.prepare.read_source", None)  # here it would fail
    answer = upload(admin, png_bytes(draw_breast()), "named.png")
    assert answer.status_code == 201
    assert Image.objects.get().title == "named.png"


@pytest.mark.parametrize("kept_in_memory", [100, 10_000_000])
def test_upload_above_the_limit_names_its_file(admin, packs, settings, kept_in_memory):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE, settings.UPLOAD_MAX_BYTES = kept_in_memory, 1000
    answer = upload(admin, png_bytes(draw_breast()), "named.png")
    assert answer.status_code == 400
    assert "named.png was not added: it is larger than" in answer.json()["error"]["message"]


def test_upload_onto_a_disk_that_refuses_says_so(admin, settings, tmp_path):
    (tmp_path / "file").touch()
    settings.PACK_DIR = tmp_path / "file"
    answer = upload(admin, png_bytes(draw_breast()))
    assert answer.status_code == 507
    assert "the folder of the tile packs can't be written" in answer.json()["error"]["message"]
    assert not Image.objects.exists()


def test_upload_without_a_file_says_so(admin):
    assert admin.post(reverse("imaging:upload"), **JSON).json()["error"]["field"] == "file"


def test_image_page_grants_tiles_to_this_browser(admin, image):
    answer = admin.get(reverse("imaging:image", args=[image.token]))
    cookie = answer.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/t/", True, "Strict")
    alias = TileAlias.objects.get().alias
    assert f"/t/{alias}/" in answer.content.decode()
    assert "Not for diagnosis" not in answer.content.decode()


def test_sign_out_ends_the_tiles_of_the_session(admin, image):
    admin.get(reverse("imaging:image", args=[image.token]))
    answer = admin.post(reverse("accounts:sign-out"))
    assert not TileAlias.objects.exists()
    assert answer.cookies[COOKIE].value == ""


def test_pages_without_tiles_set_no_tile_cookie(admin, image):
    admin.get(reverse("imaging:image", args=[image.token]))
    assert COOKIE not in admin.get(reverse("imaging:library")).cookies


def test_synthetic_pictures_say_so(admin, raster, packs):
    made = image_add(
        raster, title="made", source="generated", created_by=None, provenance={"bundle": "phantom", "seed": 7}
    )
    page = admin.get(reverse("imaging:image", args=[made.token])).content.decode()
    assert "Synthetic, for research. Not for diagnosis." in page
    assert "phantom" in page
    assert "synthetic, for research. Not for diagnosis." in admin.get(reverse("imaging:library")).content.decode()


def test_thumb_is_a_small_8_bit_png_without_metadata(admin, image):
    answer = admin.get(reverse("imaging:thumb", args=[image.token]))
    picture = Picture.open(io.BytesIO(answer.content))
    assert picture.mode == "L"
    assert max(picture.size) <= 320
    assert picture.info == {}


def test_png_holds_the_exact_pixels(admin, image, raster):
    answer = admin.get(reverse("imaging:png", args=[image.token]))
    np.testing.assert_array_equal(np.asarray(Picture.open(io.BytesIO(answer.content))), raster.pixels)
    assert 'filename="drawn.png"' in answer["Content-Disposition"]


@pytest.mark.parametrize("name", ["image", "thumb", "png"])
def test_readers_find_no_library_pictures(client, people, image, name):
    client.force_login(people["reader"])
    assert client.get(reverse(f"imaging:{name}", args=[image.token])).status_code == 404
