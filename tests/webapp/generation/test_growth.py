"""The growing picture: patches on the enlarged context, tile by tile, and nothing left behind."""

from __future__ import annotations

import numpy as np
import pytest

from webapp.generation.engine import Picture, Region
from webapp.generation.growth import Growth, enlarged
from webapp.generation.models import GenerationRequest
from webapp.generation.selectors import request_state
from webapp.generation.services.attempts import AttemptEndedError, attempt_begin
from webapp.imaging.models import Image
from webapp.imaging.pyramid.codec import decode_tile
from webapp.imaging.pyramid.growing import open_pack
from webapp.imaging.selectors import image_list, image_revisions

pytestmark = pytest.mark.django_db

CONTEXT = Picture(np.full((32, 32), 600, np.uint16), 12, 0.8)


def patch(top, left, value):
    return Region(top, left, np.full((16, 16), value, np.uint16), 64, 12)


@pytest.fixture
def attempt(queued):
    """A claimed request."""
    return attempt_begin(queued.pk)


class Slow:
    """A clock that moves two seconds at each look, and so lets everything be published."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        self.now += 2.0
        return self.now


@pytest.fixture
def sent():
    """What was told to those who watch."""
    return []


@pytest.fixture
def growth(attempt, sent):
    """A growth that publishes each patch."""
    told = lambda token, message: sent.append(message)  # noqa: E731
    growth = Growth(attempt, told=lambda: sent.append("row"), clock=Slow(), send=told)
    growth.show(CONTEXT)
    return growth


def seen(queued):
    """What a page that comes now can read."""
    queued.refresh_from_db()
    reader = open_pack(queued.growing.pack_path)
    return decode_tile(reader.body(6, 0, 0), 64, 64)


def test_context_is_enlarged_to_the_whole_picture():
    wide = enlarged(CONTEXT, patch(0, 0, 1))
    assert wide.shape == (64, 64)
    assert (wide == 600).all()
    assert not enlarged(None, patch(0, 0, 1)).any()


def test_first_patch_begins_the_picture_and_the_row_names_it(growth, queued, sent):
    growth.region("patch", patch(16, 32, 2000))
    pixels = seen(queued)
    assert (pixels[16:32, 32:48] == 2000).all()
    assert (pixels[:16] == 600).all()
    state = request_state(queued)
    assert (state["version"], state["pictures"], sent) == (queued.growing_id, ["growing"], ["row"])


def test_next_patches_change_tiles_of_the_same_picture(growth, queued, sent, monkeypatch):
    monkeypatch.setattr("webapp.generation.growth.STORING_SHARE", 100)
    growth.region("patch", patch(16, 32, 2000))
    growth.region("patch", patch(32, 32, 2100))
    pixels = seen(queued)
    assert (pixels[16:32, 32:48] == 2000).all()
    assert (pixels[32:48, 32:48] == 2100).all()
    message = sent[1]
    assert message["type"] == "request.grown"
    assert message["fields"]["grown"] == {"version": queued.growing_id, "tiles": image_revisions(queued.growing)}
    assert Image.objects.count() == 1


def test_patches_of_coarser_stages_are_not_laid_on_it(growth, queued):
    growth.region("local", patch(0, 0, 2000))
    queued.refresh_from_db()
    assert queued.growing is None


def test_those_who_watch_are_told_no_more_often_than_five_times_a_second(attempt, sent):
    now = [0.0]
    told = lambda token, message: sent.append(message)  # noqa: E731
    growth = Growth(attempt, told=lambda: None, clock=lambda: now[0], send=told)
    growth.show(CONTEXT)
    for step in range(21):  # two seconds
        now[0] = step / 10
        growth.region("patch", patch(16 * (step % 4), 16 * (step // 4 % 4), 1000 + step))
    assert 8 <= len(sent) <= 10


def test_writing_takes_a_small_share_of_the_time(attempt, sent):
    growth = Growth(attempt, told=lambda: None, clock=Slow(), send=lambda *_: sent.append(1))
    growth.show(CONTEXT)
    for row in range(4):  # each write seems to take two seconds, so the next is forty away
        growth.region("patch", patch(16 * row, 0, 2000 + row))
    assert sent == []


def test_nothing_is_left_in_the_end(growth, queued):
    for row in range(4):
        growth.region("patch", patch(16 * row, 0, 2000 + row))
    assert not image_list({})
    growth.forget()
    queued.refresh_from_db()
    assert (Image.objects.count(), queued.growing) == (0, None)


def test_killed_drawings_picture_leaves_the_context_where_nothing_was_drawn(growth, queued):
    begun = np.zeros((64, 64), np.uint16)
    begun[:16] = 2000
    growth.region("patch", Region(0, 0, begun, 64, 12))
    pixels = seen(queued)
    assert (pixels[:16] == 2000).all()
    assert (pixels[16:] == 600).all()


def test_lost_row_ends_the_attempt_and_leaves_no_picture(growth, queued):
    GenerationRequest.objects.update(attempt_token="another")
    with pytest.raises(AttemptEndedError):
        growth.region("patch", patch(0, 0, 2000))
    assert not Image.objects.exists()


def test_a_full_disk_ends_the_growing_and_not_the_drawing(growth, queued, monkeypatch, sent):
    monkeypatch.setattr("webapp.generation.growth.STORING_SHARE", 100)
    growth.region("patch", patch(0, 0, 2000))

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("webapp.imaging.pyramid.growing.os.pwrite", refuse)
    for row in (1, 2):
        growth.region("patch", patch(16 * row, 0, 2000))
    assert sent == ["row"]
    growth.forget()
    assert not Image.objects.exists()


def test_nothing_grows_where_packs_pass_through_a_store(attempt, settings, queued):
    settings.STORAGES = settings.STORAGES | {"packs": settings.STORAGES["default"]}
    growth = Growth(attempt, told=lambda: None)
    growth.show(CONTEXT)
    growth.region("patch", patch(0, 0, 2000))
    growth.forget()
    assert not Image.objects.exists()


def test_next_attempt_takes_over_from_a_killed_one(growth, queued):
    growth.region("patch", patch(0, 0, 2000))
    GenerationRequest.objects.update(state="queued")
    second = attempt_begin(queued.pk)
    after = Growth(second, told=lambda: None, clock=Slow(), send=lambda *_: None)
    after.show(CONTEXT)
    after.region("patch", patch(16, 0, 2000))
    assert Image.objects.count() == 1
    assert (seen(queued)[:16] == 600).all()
    after.forget()
    assert not Image.objects.exists()
