"""Lets so many requests work at the same time; the others wait their turn instead of failing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from webapp.core.figures import figures

# ASGI's own types are spelled differently by Django and Channels.
Application = Callable[[Any, Any, Any], Awaitable[None]]


class AtOnce:
    """An ASGI application in front of another one.

    Each request of Django's has a thread and a database connection of its own. Without a bound a few hundred
    requests in one moment ask for more connections than the database has, and those beyond are answered 500.

    Args:
        application: what answers.
        most: requests that may be at work at once; fewer than the database's connections.
    """

    def __init__(self, application: Application, most: int) -> None:
        """Keep the application and its places."""
        self.application = application
        self.places = asyncio.Semaphore(most)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer when there is a place; in the order in which the requests came."""
        began = time.perf_counter()
        async with self.places:
            figures.observe("mambo_web_place_wait_seconds", (), time.perf_counter() - began)
            await self.application(scope, receive, send)
