"""The S3-compatible server of the cluster keeps its objects when it is killed."""

from __future__ import annotations

import io

import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import Client, create_environ

from bench.cluster.object_store import Kept

HEADERS = {"Authorization": "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, x=y"}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "changes.jsonl"


def test_changes_are_played_again_and_a_torn_last_line_is_passed_over(file):
    stored: dict[str, bytes] = {}

    def store(environ, start_response):
        if environ["REQUEST_METHOD"] == "PUT":
            stored[environ["PATH_INFO"]] = environ["wsgi.input"].read()
        else:
            stored.pop(environ["PATH_INFO"], None)
        start_response("200 OK", [])
        return [b""]

    client = Client(Kept(store, file))
    for name, body in (("/a", b"1"), ("/b", bytes(range(256))), ("/a", b"2")):
        client.put(name, data=body)
    client.delete("/c")
    with file.open("a") as log:
        log.write('{"environ": {"REQU')
    stored.clear()
    assert Kept(store, file).replay() == 4
    assert stored == {"/a": b"2", "/b": bytes(range(256))}


def test_reading_writes_nothing(file):
    def nothing(environ, start_response):
        start_response("200 OK", [])
        return [b""]

    environ = create_environ("/a", method="GET") | {"wsgi.input": io.BytesIO()}
    list(Kept(nothing, file)(environ, lambda *_: None))
    assert not file.exists()


def test_change_is_on_the_disk_when_the_server_answers(file):
    def looks(environ, start_response):
        assert '"PATH_INFO": "/bucket"' in file.read_text()
        start_response("200 OK", [])
        return [b""]

    assert Client(Kept(looks, file)).put("/bucket", data=b"", headers=HEADERS).status_code == 200


def test_server_behind_is_the_real_one(file):
    client = Client(Kept(DomainDispatcherApplication(create_backend_app), file))
    assert client.put("/cluster-test-bucket", headers=HEADERS).status_code == 200
    assert client.put("/cluster-test-bucket/key", data=b"body", headers=HEADERS).status_code == 200
    assert client.get("/cluster-test-bucket/key", headers=HEADERS).data == b"body"
