"""A log line is one JSON object with the request's number and the account, and holds nothing secret."""

from __future__ import annotations

import json
import logging
import sys
from types import SimpleNamespace

import pytest

from webapp.core.logs import JsonFormatter, PlainFormatter, logging_settings, redacted
from webapp.core.request_id import traced

SECRET = "q7Zx81kLm2"


def record(message, *args, **extra):
    made = logging.LogRecord("webapp.x", logging.WARNING, __file__, 1, message, args, None)
    made.__dict__.update(extra)
    return made


def test_json_line_says_when_what_and_for_whom():
    with traced("number-of-it", account=7):
        line = json.loads(JsonFormatter().format(record("%d of %d", 1, 2, facts={"ms": 3})))
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "warning",
        "logger": "webapp.x",
        "event": "1 of 2",
        "request": "number-of-it",
        "account": 7,
        "facts": {"ms": 3},
    }


def test_line_stays_one_line():
    assert "\n" not in JsonFormatter().format(record("a\nb"))


@pytest.mark.parametrize(
    "text",
    [
        f"GET /t/{SECRET}/1700000000/abc/3/1_2 failed",
        f"/join/{SECRET}/",
        f"WebSocket /ws/generate/{SECRET}abcdefABCDEF/",
        f"Authorization: Bearer {SECRET}",
        f"redis://:{SECRET}@host:6379/0 is away",
        f"postgresql://mambo:{SECRET}@host/mambo",
        f"{{'password': '{SECRET}', 'name': 'ada'}}",
        f"token={SECRET}",
        f"sessionid={SECRET}; other=1",
        f"duplicate key\nDETAIL:  Failing row contains (1, {SECRET}).",
    ],
)
def test_nothing_secret_is_kept(text):
    for formatter in (PlainFormatter(), JsonFormatter()):
        assert SECRET not in formatter.format(record("%s", text))
    assert redacted(text)


def test_address_of_a_request_is_written_by_its_name():
    request = SimpleNamespace(path=f"/join/x/{SECRET}/", resolver_match=SimpleNamespace(view_name="studies:join"))
    line = PlainFormatter().format(record("%s: %s", "Not Found", request.path, request=request))
    assert line.endswith("Not Found: studies:join")
    request.resolver_match = None
    assert SECRET not in JsonFormatter().format(record("%s: %s", "Not Found", request.path, request=request))


def test_error_is_told_by_its_way_and_first_line_alone():
    try:
        try:
            raise KeyError("first")
        except KeyError as before:
            raise ValueError(f"refused\nDETAIL:  Failing row contains ({SECRET}).") from before
    except ValueError:
        made = record("it failed", exc_info=sys.exc_info())
    told = json.loads(JsonFormatter().format(made))["error"]
    assert "KeyError: 'first'" in told
    assert told.endswith("ValueError: refused")
    assert "test_logs.py" in told
    assert SECRET not in told + PlainFormatter().format(made)


def test_web_server_writes_no_address():
    loggers = logging_settings("json")["loggers"]
    assert loggers["uvicorn.access"] == {"handlers": [], "level": "CRITICAL", "propagate": False}
    assert loggers["uvicorn"]["level"] == "WARNING"


def test_a_line_for_each_request_is_for_machines():
    assert logging_settings("json")["loggers"]["webapp.request"]["level"] == "INFO"
    assert logging_settings("plain")["loggers"]["webapp.request"]["level"] == "WARNING"
