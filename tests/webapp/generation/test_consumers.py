"""The socket tells the owner and admins, begins with the row's state, and tells nobody else anything."""

from __future__ import annotations

import json

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from channels.routing import URLRouter
from django.contrib.auth.models import AnonymousUser

from webapp.accounts.models import Role
from webapp.core.tokens import random_token
from webapp.generation.consumers import NOT_SIGNED_IN, NOT_YOURS
from webapp.generation.models import GenerationRequest
from webapp.generation.progress import group_name
from webapp.generation.routing import websocket_urlpatterns
from webapp.generation.services.requests import request_cancel

pytestmark = pytest.mark.django_db(transaction=True)


class Socket(ApplicationCommunicator):
    """A browser's end of a websocket."""

    async def said(self):
        message = await self.receive_output(5)
        assert message["type"] == "websocket.send", message
        return json.loads(message["text"])

    async def leave(self):
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait()


async def opened(token, user):
    scope = {
        "type": "websocket",
        "path": f"/ws/generate/{token}/",
        "query_string": b"",
        "headers": [],
        "user": user,
    }
    socket = Socket(URLRouter(websocket_urlpatterns), scope)
    await socket.send_input({"type": "websocket.connect"})
    assert (await socket.receive_output(5))["type"] == "websocket.accept"
    return socket


async def refused_with(token, user):
    socket = await opened(token, user)
    message = await socket.receive_output(5)
    assert message["type"] == "websocket.close"
    return message["code"]


async def test_socket_begins_with_the_present_state(queued, person):
    socket = await opened(queued.token, person)
    state = await socket.said()
    assert (state["state"], state["ahead"], state["pictures"]) == ("queued", 0, [])
    assert "No worker is running" in state["message"]
    await socket.leave()


async def test_socket_passes_on_progress_and_changes(queued, boss):
    socket = await opened(queued.token, boss)
    await socket.said()
    layer = get_channel_layer()
    fields = {"state": "running", "stage": "patch", "done": 3, "total": 9}
    await layer.group_send(group_name(queued.token), {"type": "request.progress", "fields": fields})
    assert await socket.said() == fields
    await database_sync_to_async(request_cancel)(queued)
    await layer.group_send(group_name(queued.token), {"type": "request.changed"})
    assert (await socket.said())["state"] == "cancelled"
    await socket.leave()


async def test_socket_ignores_what_a_page_sends(queued, person):
    socket = await opened(queued.token, person)
    await socket.said()
    await socket.send_input({"type": "websocket.receive", "text": '{"type": "request.changed"}'})
    assert await socket.receive_nothing()
    await socket.leave()


async def test_socket_refuses_strangers_as_if_there_were_nothing(queued, stranger):
    assert await refused_with(queued.token, stranger) == NOT_YOURS
    assert await refused_with(random_token(), stranger) == NOT_YOURS


async def test_socket_refuses_a_reader_even_their_own_earlier_request(queued, person):
    person.role = Role.READER
    await database_sync_to_async(person.save)()
    assert await refused_with(queued.token, person) == NOT_YOURS


async def test_socket_refuses_people_who_are_not_signed_in(queued):
    assert await refused_with(queued.token, AnonymousUser()) == NOT_SIGNED_IN


async def test_socket_closes_when_the_request_is_gone(queued, person):
    socket = await opened(queued.token, person)
    await socket.said()
    await database_sync_to_async(GenerationRequest.objects.all().delete)()
    await get_channel_layer().group_send(group_name(queued.token), {"type": "request.changed"})
    assert (await socket.receive_output(5))["code"] == NOT_YOURS
