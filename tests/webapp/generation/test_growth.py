"""The growing picture: patches on the enlarged context, version by version, and nothing left behind."""

from __future__ import annotations

import numpy as np
import pytest

from webapp.generation.engine import Picture, Region
from webapp.generation.growth import Growth, enlarged
from webapp.generation.models import GenerationRequest
from webapp.generation.selectors import request_state
from webapp.generation.services.attempts import AttemptEndedError, attempt_begin
from webapp.imaging.models import Image
from webapp.imaging.selectors import image_list, image_pixels

pytestmark = pytest.mark.django_db

CONTEXT = Picture(np.full((32, 32), 600, np.uint16), 12, 0.8)


def patch(top, left, value):
    return Region(top, left, np.full((16, 16), value, np.uint16), 64, 12)


@pytest.fixture
def attempt(queued):
    """A claimed request."""
    return attempt_begin(queued.pk)


class Slow:
    """A clock that stands still within a call of `region` (three looks) and moves two seconds between."""

    def __init__(self):
        self.looks = 0

    def __call__(self):
        self.looks += 1
        return 2.0 * ((self.looks + 2) // 3)


@pytest.fixture
def growth(attempt):
    """A growth that keeps a version of each patch."""
    growth = Growth(attempt, told=lambda: None, clock=Slow())
    growth.show(CONTEXT)
    return growth


def test_context_is_enlarged_to_the_whole_picture():
    wide = enlarged(CONTEXT, patch(0, 0, 1))
    assert wide.shape == (64, 64)
    assert (wide == 600).all()
    assert not enlarged(None, patch(0, 0, 1)).any()


def test_version_shows_patches_in_the_context(growth, queued):
    growth.region("patch", patch(16, 32, 2000))
    queued.refresh_from_db()
    pixels = image_pixels(queued.growing)
    assert (pixels[16:32, 32:48] == 2000).all()
    assert (pixels[:16] == 600).all()
    state = request_state(queued)
    assert (state["version"], state["pictures"]) == (queued.growing_id, ["growing"])


def test_patches_of_coarser_stages_are_not_laid_on_it(growth, queued):
    growth.region("local", patch(0, 0, 2000))
    queued.refresh_from_db()
    assert queued.growing is None


def test_versions_come_no_more_often_than_once_a_second(attempt):
    growth = Growth(attempt, told=lambda: None, clock=lambda: 5.0)
    growth.show(CONTEXT)
    for row in range(3):
        growth.region("patch", patch(16 * row, 0, 2000))
    assert Image.objects.count() == 1


def test_two_versions_are_kept_and_none_in_the_end(growth, queued):
    for row in range(4):
        growth.region("patch", patch(16 * row, 0, 2000 + row))
    assert Image.objects.count() == 2
    assert not image_list({})
    growth.forget()
    queued.refresh_from_db()
    assert (Image.objects.count(), queued.growing) == (0, None)


def test_killed_drawings_picture_leaves_the_context_where_nothing_was_drawn(growth, queued):
    begun = np.zeros((64, 64), np.uint16)
    begun[:16] = 2000
    growth.region("patch", Region(0, 0, begun, 64, 12))
    queued.refresh_from_db()
    pixels = image_pixels(queued.growing)
    assert (pixels[:16] == 2000).all()
    assert (pixels[16:] == 600).all()


def test_lost_row_ends_the_attempt_and_leaves_no_picture(growth, queued):
    GenerationRequest.objects.update(attempt_token="another")
    with pytest.raises(AttemptEndedError):
        growth.region("patch", patch(0, 0, 2000))
    assert not Image.objects.exists()


def test_next_attempt_takes_over_the_version_of_a_killed_one(growth, queued):
    growth.region("patch", patch(0, 0, 2000))
    GenerationRequest.objects.update(state="queued")
    second = attempt_begin(queued.pk)
    after = Growth(second, told=lambda: None, clock=Slow())
    after.show(CONTEXT)
    for row in range(2):
        after.region("patch", patch(16 * row, 0, 2000))
    assert Image.objects.count() == 2
    after.forget()
    assert not Image.objects.exists()
