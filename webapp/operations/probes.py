"""The addresses that monitors and load balancers ask, before Django: they need no place and no host name."""

from __future__ import annotations

import json
from typing import Any

from webapp.operations.readiness import OK, Readiness, site_readiness

LIVE, READY = "/system/live", "/system/ready"


class Probes:
    """An ASGI application in front of the site.

    `/system/live` says that the process answers, and asks nothing of anybody. `/system/ready` answers 200 while
    the process can serve, and 503 with a reason for each thing that it can't use.

    Args:
        application: what answers everything else.
        readiness: the looks; those of the site when absent.
    """

    def __init__(self, application: Any, readiness: Readiness | None = None) -> None:
        """Keep the application."""
        self.application = application
        self._readiness = readiness or site_readiness()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one connection."""
        if scope["type"] != "http" or scope["path"] not in {LIVE, READY}:
            await self.application(scope, receive, send)
            return
        if scope["method"] not in {"GET", "HEAD"}:
            await _answer(scope, send, 405, {"status": "GET or HEAD"})
        elif scope["path"] == LIVE:
            await _answer(scope, send, 200, {"status": "live"})
        else:
            reasons = await self._readiness.reasons()
            ready = all(reason == OK for reason in reasons.values())
            told = {"status": "ready" if ready else "not ready", "checks": reasons}
            await _answer(scope, send, 200 if ready else 503, told)


async def _answer(scope: Any, send: Any, status: int, told: dict[str, Any]) -> None:
    body = json.dumps(told).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"cross-origin-resource-policy", b"same-origin"),
    ]
    if status == 405:
        headers.append((b"allow", b"GET, HEAD"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
