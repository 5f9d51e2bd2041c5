"""The number of a request goes to the worker in the message, and the worker's lines bear it."""

from __future__ import annotations

import logging

import pytest
from celery import Celery, _state
from celery.contrib.testing.worker import start_worker

from webapp.core import task_trace
from webapp.core.request_id import number, traced


@pytest.fixture
def worker(monkeypatch):
    """A real worker of one task, which takes from a real queue in memory."""
    monkeypatch.setattr(task_trace, "flush", lambda: True)
    before = _state._tls.current_app, _state.default_app
    app = Celery("trace", broker="memory://", backend="cache+memory://", set_as_current=False)
    app.conf.update(task_ignore_result=False)
    told = []

    @app.task(name="trace.tell")
    def tell():
        told.append(number())
        logging.getLogger("webapp.trace").warning("told")

    with start_worker(app, perform_ping_check=False, shutdown_timeout=10):
        yield tell, told
    _state._tls.current_app, _state.default_app = before  # the worker made its own the site's


def test_worker_bears_the_number_of_whoever_asked(worker):
    tell, told = worker
    numbers = []

    class Keep(logging.Handler):
        def emit(self, record):
            numbers.append(number())

    handler = Keep()
    logging.getLogger("webapp.trace").addHandler(handler)
    try:
        with traced("number-of-web"):
            asked = tell.delay()
        asked.get(timeout=10)
        assert number() == ""
        tell.delay().get(timeout=10)
    finally:
        logging.getLogger("webapp.trace").removeHandler(handler)
    assert told[0] == numbers[0] == "number-of-web"
    assert len(told[1]) == 32  # nobody's request: a number of its own


def test_task_that_runs_in_place_stays_in_its_request(monkeypatch):
    monkeypatch.setattr(task_trace, "flush", lambda: True)
    app = Celery("trace", set_as_current=False)
    app.conf.task_always_eager = True
    told = []

    @app.task(name="trace.eager")
    def task():
        told.append(number())

    with traced("number-of-web"):
        task.delay()
        assert number() == "number-of-web"
    assert told == ["number-of-web"]


def test_message_without_a_request_has_no_number():
    headers = {}
    task_trace.send_number(headers=headers)
    assert headers == {}
