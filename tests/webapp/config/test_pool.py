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
        known = {_asked_again(ours) for _ in range(8)}
        assert len(known) <= 2  # handed out again and again: one that was made ahead, one that was wanted at once
        with connection.cursor() as cursor:
            for one in known:
                # With a time to wait: without one it only asks, and the server may still answer for a moment.
                cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [one])
        assert _asked_again(ours) not in known
    finally:
        ours.close()
        ours.close_pool()


def _backend(wrapper: Any) -> int:
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _asked_again(wrapper: Any) -> int:
    """Return which server process answers, and give the connection back as a request's end does."""
    try:
        return _backend(wrapper)
    finally:
        wrapper.close()
