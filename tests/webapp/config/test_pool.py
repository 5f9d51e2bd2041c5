"""Which databases a web process keeps connections to."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from webapp.config.pool import BESIDE_REQUESTS, keep_connections


def test_only_postgresql_gets_a_pool():
    databases: dict[str, dict[str, Any]] = {
        "default": {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {"sslmode": "require"}},
        "trial": {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {}},
    }
    keep_connections(databases, 24)
    assert databases["default"]["OPTIONS"]["sslmode"] == "require"
    assert databases["default"]["OPTIONS"]["pool"]["max_size"] == 24 + BESIDE_REQUESTS
    assert databases["default"]["CONN_HEALTH_CHECKS"] is True
    assert databases["trial"] == {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {}}


@pytest.mark.flow
@pytest.mark.django_db(transaction=True)
def test_connection_that_the_server_ended_is_replaced_unseen():
    settings = {name: dict(value) for name, value in {"default": connection.settings_dict}.items()}
    settings["default"]["OPTIONS"] = dict(settings["default"]["OPTIONS"])
    keep_connections(settings, 2)
    from django.db.backends.postgresql.base import DatabaseWrapper

    ours = DatabaseWrapper(settings["default"], alias="pooled")
    try:
        first = _backend(ours)
        ours.close()
        assert _backend(ours) == first  # the same one is handed out again
        ours.close()
        with connection.cursor() as cursor:
            # With a time to wait: without one it only asks, and the server may still answer for a moment.
            cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [first])
        assert _backend(ours) != first
    finally:
        ours.close()
        ours.close_pool()


def _backend(wrapper: Any) -> int:
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])
