"""What the library shows and to whom."""

from __future__ import annotations

import pytest

from webapp.core.errors import NotFoundError
from webapp.imaging.selectors import image_for, image_get, image_list, image_manifest
from webapp.imaging.services import image_add, image_normalize

pytestmark = pytest.mark.django_db


def test_image_list_filters_and_hides_studies_copies(image, raster, packs):
    image_normalize(image, rows=256, columns=208, seed=1)
    made = image_add(raster, title="made", source="generated", created_by=None, labels={"birads": "4"})
    assert set(image_list()) == {image, made}
    assert list(image_list({"source": "generated", "birads": "4", "view": ""})) == [made]
    assert list(image_list({"title": "DRAWN"})) == [image]


def test_image_manifest_has_exactly_the_agreed_keys(image):
    manifest = image_manifest(image, "/t/x")
    assert set(manifest) == {
        "tiles", "width", "height", "tileSize", "overlap", "minLevel", "maxLevel", "bits", "window", "presets",
        "spacingMm", "spacingKind",
    }  # fmt: skip
    assert (manifest["width"], manifest["height"], manifest["minLevel"], manifest["maxLevel"]) == (144, 192, 8, 8)
    assert set(manifest["window"]) == {"center", "width", "function"}
    assert manifest["spacingMm"] is None


def test_image_for_shows_admins_all_demo_users_their_own_and_readers_nothing(people, raster, packs):
    own = image_add(raster, title="own", source="generated", created_by=people["demo"])
    foreign = image_add(raster, title="foreign", source="generated", created_by=people["admin"])
    readers = image_add(raster, title="readers", source="generated", created_by=people["reader"])
    assert image_for(people["admin"], own.token) == own
    assert image_for(people["demo"], own.token) == own
    for user, image in [("demo", foreign), ("reader", own), ("reader", readers)]:
        with pytest.raises(NotFoundError):
            image_for(people[user], image.token)


def test_image_get_does_not_know_foreign_tokens(db):
    with pytest.raises(NotFoundError):
        image_get("x" * 22)
