"""What the imaging tests share."""

from __future__ import annotations

import pytest

from tests.webapp.imaging.drawing import draw_breast
from webapp.accounts.services import user_create
from webapp.imaging.ingest.source import SourceImage
from webapp.imaging.services import image_add


@pytest.fixture
def packs(tmp_path, settings):
    """An empty folder of packs for one test."""
    settings.PACK_DIR = tmp_path / "packs"
    return settings.PACK_DIR


@pytest.fixture
def raster():
    """A small drawn picture in canonical form."""
    return SourceImage(pixels=draw_breast(), bits=12, laterality="R", view="CC")


@pytest.fixture
def image(db, packs, raster):
    """A picture in the library."""
    return image_add(raster, title="drawn.png", source="original", created_by=None)


@pytest.fixture
def people(db):
    """One person of each role, by role."""
    return {
        role: user_create(username=role, password="mambo-demo", role=role, check_password=False)
        for role in ("admin", "demo", "reader")
    }


def pack_files(folder):
    """Return every file under a folder, hidden ones too."""
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []
