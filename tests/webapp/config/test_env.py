"""Settings from the environment: malformed values are named."""

import socket

import pytest
from django.core.exceptions import ImproperlyConfigured

from webapp.config import env


def test_database_reads_a_network_url():
    found = env.database("postgresql://mambo:p%40ss@db.example:5433/readers?sslmode=require")
    assert found["NAME"] == "readers"
    assert found["USER"] == "mambo"
    assert found["PASSWORD"] == "p@ss"
    assert (found["HOST"], found["PORT"]) == ("db.example", "5433")
    assert found["OPTIONS"]["sslmode"] == "require"


def test_database_that_is_cut_off_is_given_up_in_seconds_unless_the_url_says_otherwise():
    found = env.database("postgresql://mambo@db.example/readers?connect_timeout=30")["OPTIONS"]
    assert found["connect_timeout"] == "30"
    assert int(found["tcp_user_timeout"]) <= 15_000


def test_redis_that_is_cut_off_is_given_up_in_seconds():
    found = env.redis_patience()
    assert found["socket_connect_timeout"] <= 5
    assert found["socket_keepalive_options"][socket.TCP_KEEPCNT] == 3
    assert "socket_timeout" not in found  # a subscriber may be silent for long


def test_store_that_is_cut_off_is_given_up_in_seconds():
    config = env.s3_storage("MAMBO_PACK_STORE", "s3://packs/site")["OPTIONS"]["client_config"]
    assert config.connect_timeout * config.retries["max_attempts"] <= 15


def test_database_reads_a_unix_socket_url():
    found = env.database("postgresql://postgres@/mambo?host=/tmp/socket")
    assert (found["HOST"], found["NAME"], found["OPTIONS"]) == ("/tmp/socket", "mambo", {})


def test_database_on_sqlite_takes_the_write_lock_at_begin():
    found = env.database("sqlite:////data/mambo.sqlite3")
    assert found["NAME"] == "/data/mambo.sqlite3"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in found["OPTIONS"]["init_command"]


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "postgresql://host/", "nonsense"])
def test_database_refuses_other_urls(url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        env.database(url)


@pytest.mark.parametrize(("raw", "expected"), [("1", True), ("off", False), ("", True), ("TRUE", True)])
def test_flag_reads_words(monkeypatch, raw, expected):
    monkeypatch.setenv("SOME_FLAG", raw)
    assert env.flag("SOME_FLAG", default=True) is expected


def test_flag_refuses_other_words_and_names_the_variable(monkeypatch):
    monkeypatch.setenv("SOME_FLAG", "maybe")
    with pytest.raises(ImproperlyConfigured, match="SOME_FLAG='maybe'"):
        env.flag("SOME_FLAG")
