"""A model that lies in a store is brought once, whole, and refused when it is damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from mambo_engine.checkpoint import read_manifest
from tests.webapp.generation.tiny_bundle import write_tiny_bundle
from webapp.config.env import s3_storage
from webapp.generation import engine
from webapp.generation.engine.bundle_store import bundle_place
from webapp.generation.engine.bundles import BundleUnavailableError, bundle_manifest


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundles") / "tiny"
    write_tiny_bundle(folder)
    return folder


@pytest.fixture
def far(settings, hosts, new_bucket, folder):
    """The tiny bundle in the store, as the site's model."""
    for file in folder.iterdir():
        new_bucket.upload_file(str(file), f"models/tiny/{file.name}")
    settings.BUNDLE = f"s3://{new_bucket.name}/models/tiny"
    settings.STORAGES = {**settings.STORAGES, "bundle": s3_storage("MAMBO_BUNDLE", settings.BUNDLE)}
    return new_bucket


def test_bundle_is_brought_once_and_then_read_from_this_disk(far, settings, folder):
    assert engine.bundle_card().digest == read_manifest(folder).digest
    place = Path(bundle_place(settings.BUNDLE))
    assert place.name == "tiny"
    far.objects.all().delete()
    assert bundle_manifest(settings.BUNDLE).digest == read_manifest(folder).digest
    assert sorted(path.name for path in place.parent.iterdir()) == ["tiny"]  # no draft is left


def test_what_a_killed_process_left_is_no_bundle(far, settings):
    place = Path(bundle_place(settings.BUNDLE))
    place.rename(place.parent / ".half")
    assert bundle_place(settings.BUNDLE) == str(place)
    assert place.is_dir()


def test_damaged_bundle_is_refused(far, settings):
    far.put_object(Key="models/tiny/bundle.json", Body=b"{}")
    with pytest.raises(BundleUnavailableError):
        bundle_manifest(settings.BUNDLE)


def test_no_bundle_there_is_said(far, settings):
    far.objects.all().delete()
    with pytest.raises(BundleUnavailableError) as told:
        bundle_manifest(settings.BUNDLE)
    assert "There is no bundle" in told.value.reason
