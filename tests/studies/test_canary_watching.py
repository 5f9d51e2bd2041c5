"""While a reader reads, no log line and no figure holds a word of the truth, a study, a picture or a person."""

from __future__ import annotations

import logging

import pytest
from django.urls import reverse

from tests.studies.test_canary_crawl import (  # noqa: F401
    STEPS,
    answer,
    crawl,
    planted,
    secrets_of,
    small_protocol,
    take,
)
from webapp.core import figures as room
from webapp.core.logs import JsonFormatter
from webapp.operations import metrics

pytestmark = pytest.mark.django_db


class Lines(logging.Handler):
    """Keeps every line as the site would write it."""

    def __init__(self):
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.kept, self.raw = [], []

    def emit(self, record):
        if not record.name.startswith(("asyncio", "faker", "PIL")):
            self.kept.append(self.format(record))
            self.raw.append(record.getMessage())


@pytest.fixture
def lines():
    """All lines from INFO on."""
    handler, root = Lines(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    ours = logging.getLogger("webapp.request")
    level, ours.level = ours.level, logging.INFO
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)
    ours.level = level


def test_lines_and_figures_of_a_reading_tell_nothing(client, planted, lines, monkeypatch):  # noqa: F811
    monkeypatch.setattr("webapp.generation.health.broker_answers", lambda: True)
    study, _, reader, participant = planted
    client.force_login(reader)
    crawl(client, study, participant)
    take(client, study, participant, list(STEPS)[:-1])
    for wrong in ({"answers": {}}, {"marks": [{"id": "a"}]}, {}):
        token = client.get(reverse("studies:next", args=[participant.token])).json()["token"]
        answer(client, token, **wrong)
        client.get(reverse("studies:lesson", args=[token]))
    counted = room.figures.take()
    monkeypatch.setattr(metrics, "flush", lambda: True)
    monkeypatch.setattr(metrics, "totals", lambda: counted)
    told = metrics.metrics_text().decode()

    assert "studies:response" in told
    assert any("studies:response" in line for line in lines.kept)
    hidden = {*secrets_of(study), participant.token, reader.username + '"', study.title, token}
    # Positive control: without the formatter's care there would be something to find.
    assert any(secret in text for text in lines.raw for secret in hidden)
    for text in (told, *lines.kept):
        assert not {secret for secret in hidden if secret in text}, text
