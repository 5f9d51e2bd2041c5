"""Carries a request's number to the worker in the message's header, and counts what workers do.

A task that nobody's request set off, such as one that the sweep rings for, gets a number of its own.
"""

from __future__ import annotations

import logging
import logging.config
import time
from contextlib import ExitStack
from typing import Any

from celery.signals import before_task_publish, setup_logging, task_postrun, task_prerun
from django.conf import settings

from webapp.core.figures import figures, flush
from webapp.core.request_id import number, trace, traced

logger = logging.getLogger(__name__)

HEADER = "mambo_request_id"
_running: dict[str, tuple[ExitStack, float]] = {}


@before_task_publish.connect(dispatch_uid="mambo-trace")
def send_number(headers: dict[str, Any] | None = None, **kwargs: Any) -> None:
    """Write the number of the request that is under way into the message's headers."""
    if headers is not None and (under_way := number()):
        headers.setdefault(HEADER, under_way)


@task_prerun.connect(dispatch_uid="mambo-trace")
def begin(task_id: str, task: Any, **kwargs: Any) -> None:
    """Let the task's log lines bear the number of the request that asked for it."""
    stack = ExitStack()
    if trace() is None:  # a task that runs in place is in its request already
        stack.enter_context(traced(header_of(task)))
    _running[task_id] = stack, time.perf_counter()


def header_of(task: Any) -> str:
    """Return the number that the task's message brought, or ""."""
    given = getattr(task.request, HEADER, None) or (getattr(task.request, "headers", None) or {}).get(HEADER)
    return given if isinstance(given, str) else ""


@task_postrun.connect(dispatch_uid="mambo-trace")
def end(task_id: str, task: Any, state: str | None = None, **kwargs: Any) -> None:
    """Tell that the task ended, and how long it took."""
    stack, began = _running.pop(task_id, (ExitStack(), time.perf_counter()))
    took, outcome = time.perf_counter() - began, (state or "unknown").lower()
    name = task.name.rpartition(".")[2]
    with stack:
        facts = {"task": name, "outcome": outcome, "ms": round(took * 1000)}
        logger.info("task %s: %s in %.3f s", name, outcome, took, extra={"facts": facts})
        figures.count("mambo_tasks_total", (name, outcome))
        figures.observe("mambo_task_seconds", (name,), took)
        flush()  # a worker's child may be gone by the next beat


@setup_logging.connect(dispatch_uid="mambo-trace")
def configure(**kwargs: Any) -> None:
    """Keep Celery from a format of its own."""
    logging.config.dictConfig(settings.LOGGING)
