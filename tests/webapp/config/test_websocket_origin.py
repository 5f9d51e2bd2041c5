"""Pages of other sites open no websocket."""

from __future__ import annotations

import pytest
from asgiref.testing import ApplicationCommunicator

from webapp.config.asgi import application, site

pytestmark = pytest.mark.django_db(transaction=True)


async def answer(origin, settings):
    headers = [(b"host", b"reader.example.org"), *([(b"origin", origin)] if origin else [])]
    scope = {"type": "websocket", "path": f"/ws/generate/{'x' * 22}/", "query_string": b"", "headers": headers}
    socket = ApplicationCommunicator(application, scope)
    await socket.send_input({"type": "websocket.connect"})
    return await socket.receive_output(5)


@pytest.mark.parametrize(
    "origin", [b"https://evil.example", b"null", b"https://reader.example.org.evil.example", None]
)
async def test_foreign_or_missing_origin_is_refused(origin, settings, monkeypatch):
    monkeypatch.setattr(site.application_mapping["websocket"], "allowed_origins", ["reader.example.org"])
    told = await answer(origin, settings)
    assert told["type"] == "websocket.close"


async def test_own_origin_is_taken_and_still_asks_who_is_there(settings, monkeypatch):
    monkeypatch.setattr(site.application_mapping["websocket"], "allowed_origins", ["reader.example.org"])
    assert (await answer(b"https://reader.example.org", settings))["type"] == "websocket.accept"
