"""All figures of the site: from rows and from what processes counted; open to admins and the token alone."""

from __future__ import annotations

import pytest
import redis
from prometheus_client.parser import text_string_to_metric_families

from tests.studies.conftest import person as account
from webapp.operations import metrics
from webapp.operations.metrics import metrics_text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def services(monkeypatch):
    """Sums of processes as they would lie in Valkey."""
    held = {
        ("mambo_web_requests_total", ("GET", "studies:next", "2xx"), ""): 3.0,
        ("mambo_web_request_seconds", ("studies:next",), "0.01"): 2.0,
        ("mambo_web_request_seconds", ("studies:next",), "+Inf"): 1.0,
        ("mambo_web_request_seconds", ("studies:next",), "sum"): 70.5,
        ("mambo_tile_bytes_total", (), ""): 1000.0,
        ("mambo_of_another_version_total", ("x",), ""): 1.0,
        ("mambo_refusals_total", ("labels", "of", "another version"), ""): 1.0,
    }
    monkeypatch.setattr(metrics, "flush", lambda: True)
    monkeypatch.setattr(metrics, "totals", lambda: held)


def read():
    """Return values by name and labels."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(metrics_text().decode())
        for sample in family.samples
    }


def test_what_processes_counted_is_told_as_prometheus_has_it():
    told = read()
    view = ("view", "studies:next")
    assert told["mambo_web_requests_total", ("method", "GET"), ("status", "2xx"), view] == 3
    assert told["mambo_web_request_seconds_bucket", ("le", "0.005"), view] == 0
    assert told["mambo_web_request_seconds_bucket", ("le", "0.01"), view] == 2
    assert told["mambo_web_request_seconds_bucket", ("le", "300.0"), view] == 2
    assert told["mambo_web_request_seconds_bucket", ("le", "+Inf"), view] == 3
    assert told["mambo_web_request_seconds_count", view] == 3
    assert told["mambo_web_request_seconds_sum", view] == 70.5
    assert told[("mambo_tile_bytes_total",)] == 1000
    assert told[("mambo_figures_up",)] == 1
    assert not any("another" in str(key) for key in told)


def test_without_valkey_the_rows_are_told_all_the_same(monkeypatch):
    def away():
        raise redis.ConnectionError

    monkeypatch.setattr(metrics, "totals", away)
    told = read()
    assert told[("mambo_figures_up",)] == 0
    assert told[("mambo_study_answers",)] == 0
    assert not any(key[0].startswith("mambo_web_requests") for key in told)


@pytest.mark.parametrize("secret", ["truth", "correct", "accuracy", "auc"])
def test_no_figure_is_of_the_truth(secret):
    assert secret not in metrics_text().decode().lower()


def test_figures_are_open_to_admins_and_the_token_alone(client, settings):
    settings.METRICS_TOKEN = "a-token-of-the-settings"
    assert client.get("/metrics").status_code == 302
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer a-token-of-the-settings").status_code == 200
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer another").status_code == 401
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer ").status_code == 401
    client.force_login(account("kim", "reader"))
    assert client.get("/metrics").status_code == 403
    client.force_login(account("eve", "admin"))
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert b"mambo_generation_requests" in answer.content
