"""Requests that wait together are drawn together, each to the same bits; what ends one leaves the others."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from tests.webapp.generation.tiny_bundle import write_tiny_bundle
from webapp.core.errors import StorageError
from webapp.generation import engine, members, tasks
from webapp.generation.checkpoints import checkpoint_path
from webapp.generation.engine import drawing
from webapp.generation.models import GenerationRequest, Queue, State
from webapp.generation.pictures import request_parameters
from webapp.generation.selectors import fair_line, request_ahead
from webapp.generation.services.attempts import attempt_begin
from webapp.generation.services.requests import request_cancel, request_create
from webapp.generation.tasks import draw_request
from webapp.imaging.models import Image
from webapp.imaging.selectors import image_pixels

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """An untrained bundle on disk."""
    folder = tmp_path_factory.mktemp("bundles") / "tiny"
    write_tiny_bundle(folder)
    return folder


@pytest.fixture
def installed(bundle, settings, monkeypatch):
    """The site draws with the untrained bundle, and nobody is told."""
    settings.BUNDLE = str(bundle)
    monkeypatch.setattr(tasks, "publish_change", lambda token: None)
    monkeypatch.setattr(members, "publish_change", lambda token: None)
    monkeypatch.setattr("webapp.generation.progress.publish", lambda token, message: None)
    return engine.bundle_card()


@pytest.fixture
def calls(monkeypatch):
    """Counts the pictures of each call of the engine."""
    found = []
    whole = engine.draw_together

    def counted(parts):
        found.append(len(parts))
        return whole(parts)

    monkeypatch.setattr(engine, "draw_together", counted)
    return found


def asked(user, card, *seeds, **raw):
    return [request_create(user=user, card=card, raw={"birads": "4", "seed": str(seed), **raw}) for seed in seeds]


def again(requests):
    for request in requests:
        request.refresh_from_db()
    return requests


def alone(request):
    nobody = engine.Observer(lambda *step: None, lambda *preview: None, lambda: False)
    return engine.draw(request_parameters(request), nobody).pixels


def test_waiting_requests_are_drawn_in_one_call_each_as_it_is_alone(person, stranger, installed, calls):
    requests = [*asked(person, installed, 1, 2), *asked(stranger, installed, 3, birads="1", view="CC")]
    draw_request(requests[0].pk)
    assert calls == [3]
    for request in again(requests):
        assert (request.state, request.attempts) == (State.FINISHED, 1)
        assert np.array_equal(image_pixels(request.image), alone(request))
        assert request.overview is not None
        assert request.context is not None
        assert request.growing is None
        assert request.cpu_s > 0
        assert not checkpoint_path(request).exists()


def test_only_those_with_the_same_settings_join(person, installed, calls):
    first, same = asked(person, installed, 1, 2)
    steps, guidance = asked(person, installed, 3, steps="6")[0], asked(person, installed, 4, guidance="2")[0]
    batch = asked(person, installed, 5)[0]
    GenerationRequest.objects.filter(pk=batch.pk).update(queue=Queue.BATCH)
    draw_request(first.pk)
    assert [one.state for one in again([first, same])] == [State.FINISHED] * 2
    assert [one.state for one in again([steps, guidance, batch])] == [State.QUEUED] * 3


def test_setting_bounds_how_many_are_drawn_together(person, installed, calls, settings):
    settings.GENERATION_TOGETHER = 2
    requests = asked(person, installed, 1, 2, 3)
    draw_request(requests[0].pk)
    assert calls == [2]
    assert [one.state for one in again(requests)] == [State.FINISHED, State.FINISHED, State.QUEUED]


def test_cancel_of_one_ends_it_at_once_and_leaves_the_others(person, installed, monkeypatch):
    requests = asked(person, installed, 1, 2, 3)
    seen = []

    class Impatient(members.Member):
        def _show(self, stage, picture):
            super()._show(stage, picture)
            if self.attempt.pk == requests[1].pk and stage == "global":
                request_cancel(self.attempt)
                self._reporter._row_at = float("-inf")
            elif stage == "local":
                seen.append((self.attempt.pk, again([requests[1]])[0].state))

    monkeypatch.setattr(tasks, "Member", Impatient)
    draw_request(requests[0].pk)
    assert [one.state for one in again(requests)] == [State.FINISHED, State.CANCELLED, State.FINISHED]
    assert {state for _, state in seen} == {State.CANCELLED}
    assert np.array_equal(image_pixels(requests[2].image), alone(requests[2]))
    assert requests[1].image is None


def test_fault_of_one_leaves_the_others(person, installed, monkeypatch):
    requests = asked(person, installed, 1, 2)
    store = members.picture_store

    def full(request, picture, stage):
        if request.pk == requests[0].pk and stage == "local":
            raise StorageError("The disk is full.")
        return store(request, picture, stage)

    monkeypatch.setattr(members, "picture_store", full)
    draw_request(requests[0].pk)
    again(requests)
    assert (requests[0].state, requests[0].error, requests[0].failure) == (
        State.FAILED, "The disk is full.", "storage",
    )  # fmt: skip
    assert requests[1].state == State.FINISHED


def test_fault_of_all_is_said_to_each(person, installed, monkeypatch):
    def broken(parts):
        raise RuntimeError("no card")

    monkeypatch.setattr(engine, "draw_together", broken)
    requests = asked(person, installed, 1, 2)
    draw_request(requests[0].pk)
    assert [(one.state, one.error) for one in again(requests)] == [(State.FAILED, tasks.FAULT)] * 2


def test_killed_drawing_goes_on_together_where_it_ended(person, installed, calls, monkeypatch):
    monkeypatch.setattr(drawing, "SAVING_SHARE", 1e9)  # keep every state
    requests = asked(person, installed, 1, 2, 3)

    class Killed(members.Member):
        def _should_stop(self):
            if checkpoint_path(self.attempt).exists() and again([self.attempt])[0].stage == "patch":
                raise KeyboardInterrupt
            self._reporter._row_at = float("-inf")
            return super()._should_stop()

    monkeypatch.setattr(tasks, "Member", Killed)
    with pytest.raises(KeyboardInterrupt):
        draw_request(requests[0].pk)
    assert all(engine.kept_stage(checkpoint_path(one)) for one in requests)
    GenerationRequest.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    monkeypatch.setattr(tasks, "Member", members.Member)
    for request in requests:
        draw_request(request.pk)
    assert sum(calls) >= 5
    for request in again(requests):
        assert (request.state, request.attempts) == (State.FINISHED, 2)
        assert np.array_equal(image_pixels(request.image), alone(request))
    assert Image.objects.filter(provenance__request_id__in=[one.token for one in requests]).count() == 3


def test_everybodys_first_comes_before_anybodys_second(person, stranger, card):
    mine = asked(person, card, 1, 2, 3)
    theirs = asked(stranger, card, 4)[0]
    assert fair_line(Queue.INTERACTIVE) == [mine[0].pk, theirs.pk, mine[1].pk, mine[2].pk]
    assert request_ahead(theirs) == 1
    attempt_begin(mine[0].pk)
    assert fair_line(Queue.INTERACTIVE) == [theirs.pk, mine[1].pk, mine[2].pk]
    assert [request_ahead(one) for one in (theirs, mine[1], mine[2])] == [1, 2, 3]
