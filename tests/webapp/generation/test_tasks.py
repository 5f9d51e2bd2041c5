"""The task draws what the row says, tells how it ended, and never leaves a row half done."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone
from kombu.exceptions import OperationalError

from webapp.core.request_id import trace, traced
from webapp.generation import engine, tasks
from webapp.generation.engine import Picture
from webapp.generation.models import GenerationRequest, State
from webapp.generation.pictures import picture_store
from webapp.generation.services.requests import request_cancel, request_create
from webapp.generation.tasks import FAULT, TOO_LONG, draw_request, ring
from webapp.imaging.models import Image, Source
from webapp.imaging.selectors import image_list, image_pixels

pytestmark = pytest.mark.django_db


def scaled(picture, side):
    return Picture(picture.pixels[:: 64 // side, :: 64 // side].copy(), 12, 0.4 * 64 / side)


@pytest.fixture
def events(monkeypatch):
    """Collects what watchers would be told."""
    told = []
    monkeypatch.setattr(engine, "warm_up", lambda: "nothing")
    monkeypatch.setattr(tasks, "publish_change", lambda token: told.append("changed"))
    monkeypatch.setattr("webapp.generation.progress.publish", lambda token, message: told.append(message))
    return told


@pytest.fixture
def drawn(monkeypatch, picture, events):
    """An engine that draws the test picture in three stages."""

    def draw(parameters, observer, given=None):
        for stage, side in (("global", 16), ("local", 32), ("patch", 64)):
            observer.progress(stage, 0, 1)
            if observer.should_stop():
                raise engine.StoppedError
            observer.progress(stage, 1, 1)
            if stage != "patch":
                observer.preview(stage, scaled(picture, side))
        return picture

    monkeypatch.setattr(engine, "draw", draw)
    return events


def failing(monkeypatch, error):
    def draw(parameters, observer, given=None):
        raise error

    monkeypatch.setattr(engine, "draw", draw)


def test_drawing_bears_the_number_and_account_of_whoever_asked_for_it(person, card, drawn, monkeypatch):
    with traced("number-of-web"):
        asked = request_create(user=person, card=card, raw={"seed": "9"})
    seen, draw = [], engine.draw

    def watched(parameters, observer, given=None):
        seen.append((trace().number, trace().who()))
        return draw(parameters, observer, given)

    monkeypatch.setattr(engine, "draw", watched)
    with traced("number-of-bell"):  # it was rung for another one, or by the sweep
        draw_request(asked.pk)
    assert seen == [("number-of-web", person.pk)]


def test_draw_finishes_with_a_picture_and_its_provenance(queued, drawn, picture):
    draw_request(queued.pk)
    queued.refresh_from_db()
    assert queued.state == State.FINISHED
    assert np.array_equal(image_pixels(queued.image), picture.pixels)
    made = queued.image.provenance
    assert (made.digest, made.seed, made.steps, made.request_id) == (queued.bundle_digest, 7, 10, queued.token)
    assert (queued.image.birads, queued.image.view, queued.image.created_by) == ("4", "MLO", queued.user)
    assert queued.image.spacing_mm == (0.4, 0.4)


def test_draw_keeps_overview_and_context_out_of_the_library(queued, drawn):
    draw_request(queued.pk)
    queued.refresh_from_db()
    assert (queued.overview.rows, queued.context.rows) == (16, 32)
    assert {queued.overview.source, queued.context.source} == {Source.PREVIEW}
    assert queued.context.spacing_mm == (0.8, 0.8)
    assert list(image_list({})) == [queued.image]


def test_draw_does_nothing_when_delivered_twice(queued, drawn):
    draw_request(queued.pk)
    draw_request(queued.pk)
    queued.refresh_from_db()
    assert queued.attempts == 1
    assert Image.objects.filter(source=Source.GENERATED).count() == 1


def test_draw_takes_up_what_a_dead_worker_left(queued, drawn, monkeypatch):
    """The first worker dies between storing the picture and writing the row."""
    monkeypatch.setattr(tasks, "attempt_finish", lambda attempt, image: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        draw_request(queued.pk)
    monkeypatch.undo()
    monkeypatch.setattr(engine, "warm_up", lambda: "nothing")
    monkeypatch.setattr(engine, "draw", lambda parameters, observer, given=None: image_pixels_again(queued))
    monkeypatch.setattr(tasks, "publish_change", lambda token: None)
    GenerationRequest.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    draw_request(queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.attempts) == (State.FINISHED, 2)
    assert Image.objects.filter(source=Source.GENERATED).count() == 1


def image_pixels_again(request):
    image = Image.objects.get(provenance__request_id=request.token)
    return Picture(image_pixels(image), 12, 0.4)


def test_draw_stops_and_stores_nothing_when_cancelled(queued, monkeypatch, events, picture):
    def draw(parameters, observer, given=None):
        request_cancel(queued)
        assert observer.should_stop()
        raise engine.StoppedError

    monkeypatch.setattr(engine, "draw", draw)
    draw_request(queued.pk)
    queued.refresh_from_db()
    assert queued.state == State.CANCELLED
    assert not Image.objects.exists()


def test_draw_stores_nothing_when_the_cancel_comes_at_the_very_end(queued, monkeypatch, events, picture):
    def draw(parameters, observer, given=None):
        request_cancel(queued)
        return picture

    monkeypatch.setattr(engine, "draw", draw)
    draw_request(queued.pk)
    queued.refresh_from_db()
    assert queued.state == State.CANCELLED
    assert not Image.objects.exists()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("tensor of secrets"), FAULT),
        (SoftTimeLimitExceeded(), TOO_LONG),
        (engine.BundleUnavailableError("The model was replaced."), "The model was replaced."),
    ],
)
def test_draw_fails_with_words_for_the_person(queued, monkeypatch, events, error, said):
    failing(monkeypatch, error)
    draw_request(queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.error) == (State.FAILED, said)
    assert events == ["changed", "changed"]


def test_draw_fails_with_the_models_words_when_it_can_not_be_loaded(queued, monkeypatch, events):
    def missing(*args):
        raise engine.BundleUnavailableError("The model can't be used.")

    monkeypatch.setattr(engine, "warm_up", missing)
    monkeypatch.setattr(engine, "draw", missing)
    draw_request(queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.error) == (State.FAILED, "The model can't be used.")


def test_ring_leaves_the_request_waiting_when_the_broker_is_away(queued, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("refused")

    monkeypatch.setattr(draw_request, "apply_async", away)
    ring(queued.pk)
    queued.refresh_from_db()
    assert queued.state == State.QUEUED


def test_upscale_draws_from_the_given_picture_and_stays_out_of_the_library(queued, monkeypatch, events, picture):
    first = request_source(queued, picture)
    seen = []

    def draw(parameters, observer, given=None):
        seen.append((parameters.source_sha256, given))
        return scaled(picture, 64)

    monkeypatch.setattr(engine, "draw", draw)
    draw_request(queued.pk)
    queued.refresh_from_db()
    assert queued.state == State.FINISHED
    assert seen[0][0] == first.pixel_sha256
    assert np.array_equal(seen[0][1].pixels, picture.pixels)
    assert (queued.image.source, queued.image.provenance.kind) == (Source.PREVIEW, "upscaled")
    assert queued.image not in image_list({})


def test_upscale_of_a_removed_picture_says_so(queued, events, monkeypatch, picture):
    request_source(queued, picture)
    GenerationRequest.objects.update(source=None)
    draw_request(queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.error) == (State.FAILED, "The picture to upscale was removed.")


def request_source(request, picture):
    source = picture_store(request, picture, "global")
    GenerationRequest.objects.filter(pk=request.pk).update(source=source, source_sha256=source.pixel_sha256)
    return source
