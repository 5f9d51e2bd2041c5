"""A store that speaks S3, as a site's hosts share it."""

from __future__ import annotations

import os

import boto3
import pytest
from moto.server import ThreadedMotoServer

from webapp.config.env import s3_storage


@pytest.fixture(scope="session")
def object_store():
    """Address of a moto server."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def new_bucket(object_store, monkeypatch):
    """An empty bucket, and keys that open it in the environment."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("MAMBO_S3_ENDPOINT", object_store)
    store = boto3.resource("s3", endpoint_url=object_store).Bucket(f"site-{os.urandom(4).hex()}")
    store.create()
    return store


@pytest.fixture
def hosts(new_bucket, settings, tmp_path):
    """A site with a store; called with a name it becomes that host, with a data folder of its own."""
    settings.STORAGES = {**settings.STORAGES, "kept": s3_storage("MAMBO_STORE", f"s3://{new_bucket.name}/site")}

    def become(name: str) -> None:
        settings.DATA_DIR = tmp_path / name

    become("a")
    return become


@pytest.fixture
def store_away(settings, monkeypatch):
    """Called, it takes the store away."""

    def take() -> None:
        monkeypatch.setenv("MAMBO_S3_ENDPOINT", "http://127.0.0.1:1")
        settings.STORAGES = {**settings.STORAGES, "kept": s3_storage("MAMBO_STORE", "s3://gone/site")}

    return take
