"""The reader's API keeps exactly what the reader saw accepted, once."""

from __future__ import annotations

import datetime
import json
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from studies.design.canonical import canonical_hash
from studies.models.response import Response
from studies.services.flow import participant_withdraw
from studies.services.lifecycle import study_close, study_lock, study_open, study_pause
from tests.studies.conftest import unguard

pytestmark = pytest.mark.django_db

ANSWERS = {"origin": "synthetic", "confidence": 2, "birads": "4", "density": "b"}
MARK = {"id": "m1", "finding": "mass", "shape": "ellipse", "x": 10.5, "y": 20, "width": 30, "height": 25.25}


def present(client, opened, number=0):
    return client.get(reverse("studies:next", args=[opened.participants[number].token]))


def body(token, **changes):
    now = datetime.datetime.now(datetime.UTC).isoformat()
    fields = {
        "trial": token,
        "revision": 1,
        "answers": ANSWERS,
        "marks": [MARK],
        "client_at": now,
        "active_ms": 900,
    }
    return fields | changes


def put(client, content, identity=None):
    url = reverse("studies:response", args=[identity or uuid.uuid4()])
    data = content if isinstance(content, str) else json.dumps(content)
    return client.put(url, data, content_type="application/json")


def test_next_gives_the_first_case_with_exactly_the_listed_fields(reader_client, opened):
    data = present(reader_client, opened).json()
    assert set(data) == {
        "token", "index", "count", "acknowledged", "draft", "image", "right", "upcoming", "questions",
        "studyTitle", "readerCode", "training", "condition", "breakEvery", "require",
    }  # fmt: skip
    assert (data["index"], data["count"], data["acknowledged"]) == (1, 4, 0)
    assert set(data["image"]) == set(data["upcoming"])
    assert {key: data["image"][key] for key in ("width", "height", "spacingMm")} == {
        "width": 208,
        "height": 256,
        "spacingMm": None,
    }


def test_manifests_of_all_cases_are_equal_but_for_the_address(reader_client, opened):
    seen = []
    for _ in range(4):
        data = present(reader_client, opened).json()
        seen.append({key: value for key, value in data["image"].items() if key != "tiles"})
        assert put(reader_client, body(data["token"], marks=[])).status_code == 201
    assert seen == [seen[0]] * 4


def test_next_says_204_when_all_are_answered(reader_client, opened):
    for done in range(1, 5):
        reply = put(reader_client, body(present(reader_client, opened).json()["token"]))
        assert (reply.status_code, reply.json()["done"], reply.json()["count"]) == (201, done, 4)
    assert present(reader_client, opened).status_code == 204


def test_response_returns_the_hash_that_the_browser_computes(reader_client, opened):
    content = body(present(reader_client, opened).json()["token"])
    expected = canonical_hash({key: content[key] for key in ("trial", "revision", "answers", "marks")})
    assert put(reader_client, content).json()["sha256"] == expected


def test_same_answer_twice_is_stored_once_and_acknowledged(reader_client, opened):
    identity, content = uuid.uuid4(), body(present(reader_client, opened).json()["token"])
    first, second = put(reader_client, content, identity), put(reader_client, content, identity)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Response.objects.count() == 1


def test_same_answer_is_acknowledged_after_the_study_closed(reader_client, opened):
    identity, content = uuid.uuid4(), body(present(reader_client, opened).json()["token"])
    put(reader_client, content, identity)
    study_close(opened.study, opened.owner)
    assert put(reader_client, content, identity).status_code == 200


def test_same_identifier_with_another_body_changes_nothing(reader_client, opened):
    identity, content = uuid.uuid4(), body(present(reader_client, opened).json()["token"])
    put(reader_client, content, identity)
    other = put(reader_client, content | {"answers": ANSWERS | {"origin": "real"}}, identity)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "different_body")
    assert Response.objects.get().answers["origin"] == "synthetic"


def test_another_identifier_for_an_answered_case_is_refused(reader_client, opened):
    content = body(present(reader_client, opened).json()["token"])
    put(reader_client, content)
    again = put(reader_client, content)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "already_answered")
    assert Response.objects.count() == 1


def test_answer_to_a_coming_case_is_refused(reader_client, opened):
    coming = opened.participants[0].trials.get(index=3)
    reply = put(reader_client, body(coming.token))
    assert (reply.status_code, reply.json()["error"]["code"]) == (409, "not_current")


def test_unknown_and_foreign_tokens_look_the_same(reader_client, opened):
    foreign = opened.participants[1].trials.get(index=1).token
    replies = [put(reader_client, body(token)) for token in (foreign, "A" * 22)]
    replies += [
        reader_client.get(reverse("studies:next", args=[t])) for t in (opened.participants[1].token, "A" * 22)
    ]
    assert {reply.status_code for reply in replies} == {404}
    assert len({reply.content for reply in replies}) == 1
    assert not Response.objects.exists()


def test_another_readers_identifier_is_unknown(reader_client, opened, client):
    identity = uuid.uuid4()
    put(reader_client, body(present(reader_client, opened).json()["token"]), identity)
    client.force_login(opened.readers[1])
    token = present(client, opened, 1).json()["token"]
    assert put(client, body(token), identity).status_code == 404
    assert Response.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"answers": {k: v for k, v in ANSWERS.items() if k != "birads"}}, "answer_missing", "birads"),
        ({"answers": ANSWERS | {"birads": "9"}}, "answer_unknown", "birads"),
        ({"answers": ANSWERS | {"birads": 4}}, "answer_unknown", "birads"),
        ({"answers": ANSWERS | {"confidence": True}}, "answer_unknown", "confidence"),
        ({"answers": ANSWERS | {"truth": "real"}}, "answer", "answers"),
        ({"answers": []}, "answer", "answers"),
        ({"marks": [MARK | {"finding": "ghost"}]}, "answer", "marks"),
        ({"marks": [MARK, MARK]}, "answer", "marks"),
        ({"marks": [MARK | {"more": 1}]}, "answer", "marks"),
        ({"marks": [MARK | {"x": 200}]}, "mark_outside_image", "marks"),
        ({"revision": 2}, "answer", "revision"),
        ({"client_at": "yesterday"}, "answer", "client_at"),
        ({"client_at": "2026-01-01T10:00:00"}, "answer", "client_at"),
        ({"client_at": "1826-01-01T10:00:00Z"}, "clock", "client_at"),
        ({"active_ms": -1}, "answer", "active_ms"),
    ],
)
def test_bad_answer_names_the_field_and_stores_nothing(reader_client, opened, changes, code, field):
    reply = put(reader_client, body(present(reader_client, opened).json()["token"], **changes))
    error = reply.json()["error"]
    assert (reply.status_code, error["code"], error["field"]) == (422, code, field)
    assert not Response.objects.exists()


def test_an_answer_after_leaving_the_study_is_refused_by_name(reader_client, opened):
    token = present(reader_client, opened).json()["token"]
    participant_withdraw(opened.participants[0], opened.reader)
    reply = put(reader_client, body(token))
    assert (reply.status_code, reply.json()["error"]["code"]) == (409, "withdrawn")
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("content", "status"), [("{", 400), ("[]", 400), ('{"trial": "' + "x" * 70_000 + '"}', 413)]
)
def test_unreadable_bodies_get_a_clear_error(reader_client, opened, content, status):
    reply = put(reader_client, content)
    assert reply.status_code == status
    assert set(reply.json()["error"]) == {"code", "message", "field"}


@pytest.mark.parametrize("end", [study_pause, study_close])
def test_answer_outside_the_open_state_is_refused_with_a_reason(reader_client, opened, end):
    token = present(reader_client, opened).json()["token"]
    end(opened.study, opened.owner)
    reply = put(reader_client, body(token))
    assert (reply.status_code, reply.json()["error"]["code"]) == (409, "not_open")
    assert present(reader_client, opened).json()["error"]["code"] == "not_open"
    assert not Response.objects.exists()


def test_clock_an_hour_wrong_is_kept_beside_the_servers(reader_client, opened):
    wrong = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    put(reader_client, body(present(reader_client, opened).json()["token"], client_at=wrong.isoformat()))
    stored = Response.objects.get()
    assert stored.client_at == wrong
    assert (stored.server_at - wrong).total_seconds() > 3599


def test_query_counts_of_next_and_response_are_pinned(reader_client, opened, django_assert_max_num_queries):
    token = present(reader_client, opened).json()["token"]
    with django_assert_max_num_queries(11):
        present(reader_client, opened)
    content = body(token)
    with django_assert_max_num_queries(17):
        assert put(reader_client, content).status_code == 201


def test_api_refuses_a_signed_out_browser(client, opened):
    assert present(client, opened).status_code == 403
    assert put(client, body("A" * 22)).status_code == 403


def test_the_second_session_waits_for_the_washout(client, draft):
    protocol = draft.study.protocols.get()
    sessions = {"conditions": ["first light", "second light"], "washout_days": 28}
    protocol.body["design"] |= {"allocation": "crossover", "sessions": sessions}
    protocol.save()
    study_lock(draft.study, draft.owner)
    study_open(draft.study, draft.owner)
    client.force_login(draft.reader)
    person = draft.participants[0]
    address = reverse("studies:next", args=[person.token])
    first = client.get(address).json()
    assert (first["count"], first["condition"]) == (8, "first light")
    for trial in person.trials.filter(session=1).order_by("index"):
        assert put(client, body(trial.token)).status_code == 201
    refused = client.get(address)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "washout")
    assert "Session 2 begins on" in refused.json()["error"]["message"]
    home = client.get(reverse("studies:reader-home")).content.decode()
    assert "The next session begins on" in home
    assert "Continue" not in home
    waiting = person.trials.get(index=5)
    assert put(client, body(waiting.token)).json()["error"]["code"] == "washout"
    unguard()
    Response.objects.update(server_at=timezone.now() - datetime.timedelta(days=28, minutes=1))
    assert client.get(address).json()["condition"] == "second light"
    assert "Continue" in client.get(reverse("studies:reader-home")).content.decode()
    assert put(client, body(waiting.token)).status_code == 201


def test_pairs_come_with_two_pictures_of_one_shape(client, draft):
    protocol = draft.study.protocols.get()
    sides = [{"value": "left", "label": "Left"}, {"value": "right", "label": "Right"}]
    protocol.body["design"]["allocation"] = "pairs"
    protocol.body["questions"] = [
        {"key": "side", "kind": "choice", "label": "Which is synthetic?", "required": True, "options": sides}
    ]
    protocol.save()
    study_lock(draft.study, draft.owner)
    study_open(draft.study, draft.owner)
    client.force_login(draft.reader)
    told = client.get(reverse("studies:next", args=[draft.participants[0].token])).json()
    assert told["count"] == 2
    assert told["image"].keys() == told["right"].keys()
    assert {k: v for k, v in told["image"].items() if k != "tiles"} == {
        k: v for k, v in told["right"].items() if k != "tiles"
    }
    assert put(client, body(told["token"], answers={"side": "left"}, marks=[])).status_code == 201
