"""Originals are kept where the settings say so, for a command alone, and go with their picture."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from PIL import Image as Raster

from webapp.core.errors import ConflictError, NotFoundError
from webapp.core.kept import kept_path
from webapp.imaging.services import image_delete
from webapp.imaging.services.files import image_ingest
from webapp.imaging.services.originals import FOLDER, original_bytes

pytestmark = pytest.mark.django_db


def png(level: int = 90) -> bytes:
    file = io.BytesIO()
    picture = Raster.new("L", (64, 80), 0)
    picture.paste(level, (0, 10, 40, 70))
    picture.save(file, "PNG")
    return file.getvalue()


def files() -> list:
    return [path for path in kept_path(FOLDER).rglob("*") if path.is_file()]


@pytest.fixture
def keeping(settings, packs, tmp_path):
    settings.KEEP_ORIGINALS, settings.DATA_DIR = True, tmp_path / "data"


def brought(data: bytes):
    return image_ingest(io.BytesIO(data), name="jane-doe.png", created_by=None)


def test_nothing_is_kept_by_default(packs, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    image = brought(png())
    assert files() == []
    with pytest.raises(NotFoundError, match="not kept"):
        original_bytes(image)


def test_kept_original_is_the_file_itself_and_readable_by_the_service_alone(keeping):
    image = brought(png())
    assert original_bytes(image) == png()
    assert [path.stat().st_mode & 0o777 for path in files()] == [0o600]


def test_refused_picture_leaves_no_original(keeping):
    brought(png())
    with pytest.raises(ConflictError):
        brought(png())
    assert len(files()) == 1


def test_original_goes_with_its_picture(keeping, django_capture_on_commit_callbacks):
    image = brought(png())
    with django_capture_on_commit_callbacks(execute=True):
        image_delete(image)
    assert files() == []


def test_another_host_reads_it_from_the_store(keeping, hosts, packs):
    image = brought(png())
    hosts("b")
    assert files() == []
    assert original_bytes(image) == png()


def test_command_writes_it_out_and_overwrites_nothing(keeping, tmp_path, capsys):
    image, out = brought(png()), tmp_path / "out.png"
    call_command("original", image.token, out=out)
    assert out.read_bytes() == png()
    assert "names the patient" in capsys.readouterr().out
    with pytest.raises(CommandError, match="exists"):
        call_command("original", image.token, out=out)
    assert out.read_bytes() == png()
    with pytest.raises(CommandError, match="no picture"):
        call_command("original", "x" * 22, out=tmp_path / "other")


def test_no_page_of_the_picture_serves_its_original(keeping, admin_client):
    image = brought(png())
    for name in ("image", "png", "thumb"):
        body = admin_client.get(reverse(f"imaging:{name}", args=[image.token]))
        content = body.getvalue() if body.streaming else body.content
        assert png() not in content
