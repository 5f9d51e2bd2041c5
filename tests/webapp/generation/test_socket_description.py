"""What the description says of the socket's messages holds for those that are really sent."""

from __future__ import annotations

import numpy as np
import pytest
from asgiref.sync import async_to_sync
from jsonschema import Draft202012Validator

from tests.webapp.generation.test_consumers import opened
from webapp.generation import consumers
from webapp.generation.engine import Picture, Region
from webapp.generation.growth import Growth
from webapp.generation.models import GenerationRequest, State
from webapp.generation.pictures import picture_store
from webapp.generation.progress import Reporter
from webapp.generation.selectors import request_get, request_state
from webapp.generation.services.attempts import attempt_begin, attempt_fail, attempt_finish
from webapp.generation.services.requests import request_cancel
from webapp.generation.socket_description import document, message_schemas

ADDRESS = "/api/generation/asyncapi.json"


def valid(name, message):
    errors = [error.message for error in Draft202012Validator(message_schemas()[name]).iter_errors(message)]
    assert not errors, errors


def test_description_names_every_message_and_refers_to_nothing_missing():
    told = document()
    assert told["asyncapi"] == "3.0.0"
    for name, reference in told["channels"]["request"]["messages"].items():
        assert reference["$ref"] == f"#/components/messages/{name}"
        Draft202012Validator.check_schema(told["components"]["messages"][name]["payload"])
    handlers = {name for name in vars(consumers.RequestConsumer) if name.startswith("request_")}
    assert handlers == {"request_progress", "request_grown", "request_changed"}
    assert set(message_schemas()) == {"progress", "grown", "state"}


@pytest.mark.django_db(transaction=True)
def test_first_message_of_the_socket_is_a_state(queued, person):
    async def first():
        socket = await opened(queued.token, person)
        message = await socket.said()
        await socket.leave()
        return message

    valid("state", async_to_sync(first)())


@pytest.mark.django_db
def test_states_from_waiting_to_every_end_are_as_described(queued, person, picture):
    def told():
        state = request_state(request_get(queued.token, person))
        valid("state", state)
        return state["state"]

    assert told() == "queued"
    attempt = attempt_begin(queued.pk)
    assert told() == "running"
    attempt_finish(attempt, picture_store(attempt, picture, "patch"))
    assert told() == "finished"
    GenerationRequest.objects.update(state=State.QUEUED)
    attempt_fail(attempt_begin(queued.pk), "It failed.")
    assert told() == "failed"
    GenerationRequest.objects.update(state=State.QUEUED)
    request_cancel(queued)
    assert told() == "cancelled"


@pytest.mark.django_db
def test_progress_and_growth_are_as_described(queued):
    attempt, sent = attempt_begin(queued.pk), []

    def keep(token, message):
        sent.append(message)

    reporter = Reporter(attempt, typical_s=None, send=keep)
    reporter.progress("global", 0, 1)
    reporter.progress("patch", 5, 9)
    ticks = (number // 2 for number in range(100))  # nothing takes time, and much lies between
    growth = Growth(attempt, told=lambda: None, clock=lambda: float(next(ticks)), send=keep)
    growth.show(Picture(np.full((32, 32), 900, np.uint16), 12, 0.8))
    for left in (0, 16):
        growth.region("patch", Region(0, left, np.full((16, 16), 2000 + left, np.uint16), 64, 12))
    kinds = [message["type"] for message in sent]
    assert set(kinds) == {"request.progress", "request.grown"}
    for message in sent:
        valid(message["type"].removeprefix("request."), message["fields"])


@pytest.mark.django_db
def test_description_is_served_to_those_who_may_ask(client, person, reader):
    client.force_login(reader)
    assert client.get(ADDRESS).status_code == 403
    client.force_login(person)
    assert client.get(ADDRESS).json() == document()
