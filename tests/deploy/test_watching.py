"""The dashboard and the alarms ask for figures, labels and values that the site has."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from django.urls import get_resolver

from studies.models.study import State as StudyState
from webapp.generation import metrics as generation
from webapp.generation.models import Queue, State
from webapp.generation.services.workers import worker_beat
from webapp.operations import metrics

DEPLOY = Path(__file__).parents[2] / "deploy"
DOCS = Path(__file__).parents[2] / "docs"
NAME = re.compile(r"\bmambo_\w+")


def expressions() -> list[str]:
    """Return every question that the dashboard and the alarms ask."""
    board = json.loads((DEPLOY / "grafana/mambo.json").read_text())
    asked = [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
    rules = yaml.safe_load((DEPLOY / "prometheus/alerts.yaml").read_text())["groups"][0]["rules"]
    return asked + [rule["expr"] for rule in rules]


@pytest.fixture
def told(db, monkeypatch) -> dict[str, str]:
    """Kinds of all figures by name."""
    monkeypatch.setattr(metrics, "flush", lambda: True)
    monkeypatch.setattr(metrics, "totals", dict)
    monkeypatch.setattr(generation, "broker_answers", lambda: True)
    worker_beat("draw@here", queues=["interactive"])
    return dict(re.findall(r"^# TYPE (\S+) (\S+)$", metrics.metrics_text().decode(), re.MULTILINE))


def series(told: dict[str, str]) -> set[str]:
    """Return every name that may be asked for."""
    parts = {"histogram": ("_bucket", "_count", "_sum"), "counter": ("",), "gauge": ("",)}
    return {name + part for name, kind in told.items() for part in parts[kind]}


def test_every_figure_that_is_asked_for_is_there(told):
    asked = {name for text in expressions() for name in NAME.findall(text)}
    assert len(asked) > 15
    assert asked - series(told) == set()


def test_every_figure_is_explained_and_on_the_dashboard(told):
    page, board = (DOCS / "metrics.md").read_text(), (DEPLOY / "grafana/mambo.json").read_text()
    assert [name for name in told if f"`{name}`" not in page] == []
    assert [name for name in told if name not in board] == []
    assert set(re.findall(r"`(mambo_\w+)`", page)) - set(told) == set()


def test_labels_that_are_asked_for_are_those_of_the_code():
    labels = {"status", "view", "code", "queue", "state", "worker", "queues", "kind", "task", "outcome", "le"}
    for text in expressions():
        for inside in re.findall(r"\{([^}]*)\}", text):
            for label, value in re.findall(r"(\w+)(?:=~|!=|=)\"([^\"]*)\"", inside):
                assert label in labels
                if label == "queue":
                    assert value in {*Queue.values, "preparation"}
                elif label == "state":
                    assert value in {*State.values, *StudyState.values}
        for group in re.findall(r"by \(([^)]*)\)", text):
            assert set(re.split(r",\s*", group)) <= labels


def test_views_that_alarms_name_are_addresses():
    names = {
        f"{space}:{name}"
        for space, (_, resolver) in get_resolver().namespace_dict.items()
        for name in resolver.reverse_dict
        if isinstance(name, str)
    }
    assert {"studies:next", "studies:response"} <= names


def test_no_label_could_tell_of_a_study_a_person_or_the_truth():
    labels = {label for _, found in (*metrics.COUNTERS.values(), *metrics.HISTOGRAMS.values()) for label in found}
    assert labels == {"method", "view", "status", "code", "task", "outcome"}
