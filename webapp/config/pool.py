"""A web process keeps its database connections: to open one costs PostgreSQL more than a request does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BESIDE_REQUESTS = 8  # websockets and the tile app ask the database too
WAIT_S, IDLE_S = 10.0, 60.0
# A pool tries ever more seldom to reach a database that is away.
# It gives up soon, so that the next request tries at once.
GIVES_UP_S = 2.0


def keep_connections(databases: Mapping[str, dict[str, Any]], at_once: int) -> None:
    """Give every PostgreSQL a pool of its own in this process; call it once, before the first connection.

    A connection is tried before it is handed out, so that one that died with the server is replaced unseen.

    Args:
        databases: Django's settings of them, which are changed.
        at_once: requests that may be at work at once.
    """
    for settings in databases.values():
        if not str(settings["ENGINE"]).endswith(".postgresql"):
            continue
        settings["CONN_HEALTH_CHECKS"] = True
        settings.setdefault("OPTIONS", {})["pool"] = {
            "min_size": 1,
            "max_size": at_once + BESIDE_REQUESTS,
            "timeout": WAIT_S,
            "max_idle": IDLE_S,
            "reconnect_timeout": GIVES_UP_S,
        }
