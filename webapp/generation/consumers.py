"""The websocket of one request: its present state on connect, then what happens to it."""

from __future__ import annotations

from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from webapp.core.errors import NotFoundError
from webapp.core.request_id import trace
from webapp.generation.progress import group_name
from webapp.generation.selectors import request_get, request_state

NOT_SIGNED_IN = 4401
NOT_YOURS = 4404  # the same for an unknown request


class RequestConsumer(AsyncJsonWebsocketConsumer):
    """Serves `/ws/generate/<token>/` to the request's owner and to study admins."""

    group = ""

    async def connect(self) -> None:
        """Join the request's group first and read its state afterwards, so that nothing falls in between."""
        await self.accept()
        user = self.scope.get("user")
        if user is None or not user.is_authenticated:
            await self.close(code=NOT_SIGNED_IN)
            return
        if (under_way := trace()) is not None:
            under_way.account = user.pk
        token = self.scope["url_route"]["kwargs"]["token"]
        try:
            await database_sync_to_async(request_get)(token, user)
        except NotFoundError:
            await self.close(code=NOT_YOURS)
            return
        self.group = group_name(token)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.request_changed({})

    async def disconnect(self, code: int) -> None:
        """Leave the group."""
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """Ignore what a page sends: this socket only tells."""

    async def request_progress(self, event: dict[str, Any]) -> None:
        """Pass on how far the drawing is."""
        await self.send_json(event["fields"])

    async def request_grown(self, event: dict[str, Any]) -> None:
        """Pass on which tiles of the growing picture changed."""
        await self.send_json(event["fields"])

    async def request_changed(self, event: dict[str, Any]) -> None:
        """Send the state as the row has it now."""
        try:
            state = await database_sync_to_async(self._state)()
        except NotFoundError:
            await self.close(code=NOT_YOURS)
            return
        await self.send_json(state)

    def _state(self) -> dict[str, Any]:
        return request_state(request_get(self.scope["url_route"]["kwargs"]["token"], self.scope["user"]))
