"""What the viewer app's tests share."""

from __future__ import annotations

import pytest

from tests.webapp.imaging.drawing import draw_breast
from webapp.accounts.services import user_create
from webapp.imaging.ingest.source import SourceImage
from webapp.imaging.services import image_add


@pytest.fixture
def people(db):
    """One person of each role, by role."""
    return {
        role: user_create(username=role, password="mambo-demo", role=role, check_password=False)
        for role in ("admin", "demo", "reader")
    }


@pytest.fixture
def add(db, tmp_path, settings):
    """A function that adds a drawn picture of a source to an empty library."""
    settings.PACK_DIR = tmp_path / "packs"

    def add_picture(source, *, seed=1, created_by=None):
        raster = SourceImage(pixels=draw_breast(seed=seed), bits=12, laterality="R", view="CC")
        return image_add(raster, title=f"{source}-{seed}", source=source, created_by=created_by)

    return add_picture
