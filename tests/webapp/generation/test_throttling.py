"""Who calls too often is told so in a form that programs read; others, and other pages, are undisturbed."""

from __future__ import annotations

import pytest
from redis.exceptions import ConnectionError as AwayError

from webapp.core.tokens import random_token
from webapp.generation import api, engine, throttling

pytestmark = pytest.mark.django_db

REQUESTS = "/api/generation/requests/"


@pytest.fixture(autouse=True)
def site(monkeypatch, card, settings):
    """Three asks and five looks a minute; the clock stands still, and every test has a secret of its own."""
    monkeypatch.setattr(engine, "bundle_card", lambda name=None: card)
    monkeypatch.setattr(api, "ring", lambda pk: None)
    monkeypatch.setattr(throttling, "time", lambda: 1_000_000_040.0)
    settings.SECRET_KEY = random_token() * 3
    settings.GENERATION_LIMITS = {
        **dict.fromkeys(settings.GENERATION_LIMITS, 0),
        "asks_minute": 3,
        "calls_minute": 5,
    }
    throttling._client(settings.CELERY_BROKER_URL).delete(
        *(throttling._client(settings.CELERY_BROKER_URL).keys("mambo:rate:*") or ["none"])
    )


def ask(client, seed, address="10.0.0.1"):
    return client.post(REQUESTS, {"seed": seed}, content_type="application/json", REMOTE_ADDR=address)


def test_person_who_asks_too_often_is_refused_and_others_are_not(client, person, stranger):
    client.force_login(person)
    assert [ask(client, seed).status_code for seed in range(3)] == [201, 201, 201]
    refused = ask(client, 4)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "40")
    assert refused.json()["error"]["code"] == "quota"
    assert client.get(REQUESTS).status_code == 200  # looking is counted apart
    client.force_login(stranger)
    assert ask(client, 4).status_code == 201


def test_flood_without_an_account_is_refused_by_address_and_others_are_not(client, person):
    statuses = [ask(client, seed).status_code for seed in range(15)]
    assert statuses[:12] == [403] * 12
    assert statuses[12:] == [429] * 3
    client.force_login(person)
    assert ask(client, 1, address="10.0.0.2").status_code == 201


def test_looking_is_limited_too_and_other_pages_are_not(client, person):
    client.force_login(person)
    assert [client.get(REQUESTS).status_code for _ in range(6)] == [200] * 5 + [429]
    page = client.get("/generate/", HTTP_ACCEPT="text/html")
    assert page.status_code == 429
    assert b"Go on in 40 s" in page.content
    assert client.get("/system/health").status_code == 200


def test_everybody_passes_while_redis_is_away(client, person, monkeypatch):
    def away(url):
        raise AwayError("refused")

    monkeypatch.setattr(throttling, "_client", away)
    client.force_login(person)
    assert [ask(client, seed).status_code for seed in range(5)] == [201] * 5


def test_address_is_kept_as_a_digest_that_names_nobody(client, person, queued, rf, settings):
    digest = throttling.address_digest(rf.get("/", REMOTE_ADDR="10.0.0.1"))
    assert len(digest) == 32
    assert "10.0.0.1" not in digest
    settings.SECRET_KEY = random_token() * 3
    assert throttling.address_digest(rf.get("/", REMOTE_ADDR="10.0.0.1")) != digest
