"""Packs in a store that speaks S3 (a moto server), with the local folder as its cache."""

from __future__ import annotations

import os

import boto3
import numpy as np
import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.webapp.imaging.conftest import pack_files
from webapp.config.env import s3_storage
from webapp.core.errors import StorageError
from webapp.imaging.models import Image
from webapp.imaging.pack_store import cache_trim
from webapp.imaging.selectors import image_pixels
from webapp.imaging.services import image_add, image_delete


@pytest.fixture
def bucket(new_bucket, settings, packs):
    packs_storage = s3_storage("MAMBO_PACK_STORE", f"s3://{new_bucket.name}/site")
    settings.STORAGES = {**settings.STORAGES, "packs": packs_storage}
    return new_bucket


def keys(bucket):
    return [item.key for item in bucket.objects.all()]


@pytest.fixture
def stored(db, bucket, raster):
    return image_add(raster, title="drawn.png", source="original", created_by=None)


def test_a_pack_is_kept_in_the_store_under_its_random_name_only(stored, bucket):
    assert keys(bucket) == [f"site/{stored.pack_key[:2]}/{stored.pack_key}.pack"]
    body = bucket.Object(keys(bucket)[0]).get()["Body"].read()
    assert body == stored.pack_path.read_bytes()


def test_a_pack_that_is_not_here_is_brought_once(stored, raster, bucket, packs):
    stored.pack_path.unlink()
    np.testing.assert_array_equal(image_pixels(stored), raster.pixels)
    assert pack_files(packs) == [stored.pack_path]
    bucket.objects.all().delete()
    np.testing.assert_array_equal(image_pixels(stored), raster.pixels)  # from the cache


def test_removing_a_picture_removes_both(stored, bucket, packs, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        image_delete(stored)
    assert keys(bucket) == pack_files(packs) == []


def test_the_cache_gives_up_what_was_used_longest_ago_and_only_what_the_store_has(stored, raster, bucket, packs):
    size = stored.pack_path.stat().st_size
    others = [image_add(raster, title="x", source="generated", created_by=None) for _ in range(2)]
    for age, image in enumerate([others[1], stored, others[0]]):
        os.utime(image.pack_path, (1_700_000_000 - age, 1_700_000_000 - age))
    bucket.Object(f"site/{others[0].pack_key[:2]}/{others[0].pack_key}.pack").delete()
    assert cache_trim(size) == 1
    assert not stored.pack_path.exists()
    assert others[0].pack_path.exists()  # the only copy
    assert others[1].pack_path.exists()  # used last
    np.testing.assert_array_equal(image_pixels(stored), raster.pixels)


def test_a_store_that_is_away_leaves_neither_row_nor_file(db, bucket, raster, packs, settings, monkeypatch):
    monkeypatch.setenv("MAMBO_S3_ENDPOINT", "http://127.0.0.1:1")
    away = s3_storage("MAMBO_PACK_STORE", f"s3://{bucket.name}")
    away["OPTIONS"]["client_config"] = boto3.session.Config(retries={"max_attempts": 0}, connect_timeout=1)
    settings.STORAGES = {**settings.STORAGES, "packs": away}
    with pytest.raises(StorageError, match="can't be reached"):
        image_add(raster, title="x", source="original", created_by=None)
    assert not Image.objects.exists()
    assert pack_files(packs) == []


@pytest.mark.parametrize("url", ["bucket", "https://host/bucket", "s3:///prefix"])
def test_a_malformed_store_stops_the_start_and_is_named(url):
    with pytest.raises(ImproperlyConfigured, match="MAMBO_PACK_STORE"):
        s3_storage("MAMBO_PACK_STORE", url)


def test_without_a_store_the_cache_keeps_everything(db, packs, raster):
    image = image_add(raster, title="x", source="original", created_by=None)
    assert cache_trim(0) == 0
    assert image.pack_path.exists()
