"""What the studies benchmark measures is there: a study that can be read, beside as many answers as it says."""

from __future__ import annotations

import pytest

from bench import studies
from studies.models.audit import AuditEvent
from studies.models.response import Response

pytestmark = pytest.mark.django_db


@pytest.fixture
def reading(monkeypatch):
    monkeypatch.setattr(studies, "PLACES", 3)
    monkeypatch.setattr(studies, "CHUNK", 20)
    return studies._Reading(cases=10)


def test_fill_stores_as_many_answers_with_their_events(reading):
    before = AuditEvent.objects.count()
    for size in (30, 70):
        reading.fill(size)
        assert Response.objects.count() == size
        assert AuditEvent.objects.count() == before + size


def test_readings_go_on_beside_what_was_filled_in_with_the_same_queries(reading):
    reading.time(1)  # the first one opens the session's tiles
    few = reading.queries()
    reading.fill(60)
    assert min(reading.time(3)) > 0
    assert reading.queries() == few
    assert Response.objects.filter(trial__participant=reading.people[0]).count() == 6


def test_an_answer_that_is_refused_ends_the_measurement(reading):
    reading.shown = "x" * 22
    with pytest.raises(RuntimeError, match="expected 201, got 404"):
        reading._answer()
