"""The form of a log line: JSON for machines or a plain line for people, and nothing in it that must not be kept.

No line holds a signature, a key, a token, a password, an address that carries one, or a row of the database.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from webapp.core.request_id import trace

FORMATS = ("plain", "json")
_SECRETS = (
    # PostgreSQL quotes the whole row: of the truth, it may be.
    (re.compile(r"DETAIL:.*", re.DOTALL), "DETAIL: (left out)"),
    (re.compile(r"/(t|join)/[^\s\"'<>]+"), r"/\1/…"),
    (re.compile(r"(?<=/)[\w-]{22}(?![\w-])"), "…"),  # of a picture, a reading, a trial
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}"), r"\1 …"),
    (re.compile(r"(\w+://)[^\s/@]*@"), r"\1…@"),
    (
        re.compile(r"(?i)([\"']?[\w-]*(?:password|secret|token|signature|sessionid|cookie)[\"']?\s*[=:]\s*)"
                   r"(\"[^\"]*\"|'[^']*'|[^\s,;&]+)"),
        r"\1…",
    ),
)  # fmt: skip
_Caught = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def redacted(text: str) -> str:
    """Return the text without what must not be kept."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


def address_named(record: logging.LogRecord) -> str:
    """Return the record's message, with the address's name for the address: the address may hold a key."""
    request = getattr(record, "request", None)
    path = getattr(request, "path", None)
    if path is None or not isinstance(record.args, tuple):
        return redacted(record.getMessage())
    match = getattr(request, "resolver_match", None)
    name = match.view_name if match else "(no such address)"
    plain = logging.makeLogRecord(record.__dict__)
    plain.args = tuple(name if value == path else value for value in record.args)
    return redacted(plain.getMessage())


def caught(info: _Caught) -> str:
    """Return where an error came from: each one's kind, the first line of what it said, and the way to it."""
    told = []
    for error in _chain(info[1]):
        said = str(error).partition("\n")[0]
        way = "".join(traceback.format_tb(error.__traceback__))
        told.append(f"{way}{type(error).__name__}: {redacted(said)}")
    return "\n".join(told)


def _chain(error: BaseException | None) -> list[BaseException]:
    """Return the error and those before it, the first first."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found[::-1]


class PlainFormatter(logging.Formatter):
    """A line for people: time, level, logger, the request's number where there is one, and what happened."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and where an error came from below it."""
        under_way = trace()
        number = f" [{under_way.number}]" if under_way else ""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(sep=" ", timespec="milliseconds")
        line = f"{when} {record.levelname} {record.name}{number} {address_named(record)}"
        return f"{line}\n{caught(record.exc_info)}" if record.exc_info else line


class JsonFormatter(logging.Formatter):
    """One JSON object a line: `time`, `level`, `logger`, `event`, and `request`, `account`, `facts`, `error`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": address_named(record),
        }
        under_way = trace()
        if under_way:
            line["request"] = under_way.number
            if (account := under_way.who()) is not None:
                line["account"] = account
        if facts := getattr(record, "facts", None):
            line["facts"] = facts
        if record.exc_info:
            line["error"] = caught(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def logging_settings(form: str) -> dict[str, Any]:
    """Return Django's LOGGING for one of FORMATS; the web server's and the workers' lines go the same way."""
    formatter = JsonFormatter if form == "json" else PlainFormatter
    ours = {name: {"level": "INFO"} for name in ("webapp", "studies")}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"{formatter.__module__}.{formatter.__qualname__}"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            **ours,
            # A line for each request is for machines: a person at a terminal looks for the other ones.
            "webapp.request": {"level": "INFO" if form == "json" else "WARNING"},
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "uvicorn": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            # It writes whole addresses. `webapp.request` writes their names.
            "uvicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
            "celery": {"level": "WARNING"},
        },
    }
