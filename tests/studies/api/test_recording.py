"""One device at a time, drafts that never merge silently, and interactions kept once."""

from __future__ import annotations

import datetime
import json
import uuid

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from studies.models.reading import Draft, Interaction, Presentation, Sitting
from studies.models.response import Response
from studies.models.trial import Trial
from tests.studies.api.test_reader import body, put

pytestmark = pytest.mark.django_db


def now():
    return datetime.datetime.now(datetime.UTC)


def begin(client, opened, **more):
    data = {
        "client_at": now().isoformat(),
        "screen": {"width": 2560, "height": 1440, "ratio": 1, "name": "x"},
    } | more
    url = reverse("studies:sittings", args=[opened.participants[0].token])
    return client.post(url, json.dumps(data), content_type="application/json")


def ask_next(client, opened, sitting=None):
    headers = {"X-Sitting": sitting} if sitting else {}
    return client.get(reverse("studies:next", args=[opened.participants[0].token]), headers=headers)


def draft(client, token, content, version):
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    url = reverse("studies:draft", args=[token])
    return client.put(url, json.dumps(content), content_type="application/json", headers=headers)


def log(client, token, events, batch):
    url = reverse("studies:interactions", args=[token])
    return client.post(url, json.dumps({"batch": str(batch), "events": events}), content_type="application/json")


def test_a_second_device_asks_and_the_first_is_told(reader_client, opened):
    first = begin(reader_client, opened)
    assert first.status_code == 201
    mine = first.json()["sitting"]
    assert ask_next(reader_client, opened, mine).status_code == 200
    refused = begin(reader_client, opened)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "other_device")
    other = begin(reader_client, opened, take_over=True).json()
    assert other["number"] == 2
    told = ask_next(reader_client, opened, mine)
    assert (told.status_code, told.json()["error"]["code"]) == (409, "taken_over")
    assert ask_next(reader_client, opened).json()["error"]["code"] == "taken_over"
    assert ask_next(reader_client, opened, other["sitting"]).status_code == 200
    assert Sitting.objects.filter(ended_at__isnull=True).count() == 1


def test_an_answer_of_the_device_that_was_taken_over_still_counts(reader_client, opened):
    mine = begin(reader_client, opened).json()["sitting"]
    token = ask_next(reader_client, opened, mine).json()["token"]
    begin(reader_client, opened, take_over=True)
    url = reverse("studies:response", args=[uuid.uuid4()])
    answer = reader_client.put(
        url, json.dumps(body(token)), content_type="application/json", headers={"X-Sitting": mine}
    )
    assert answer.status_code == 201
    assert Response.objects.get().sitting.token == mine


def test_a_device_that_went_silent_is_not_asked(reader_client, opened):
    begin(reader_client, opened)
    Sitting.objects.update(seen_at=now() - datetime.timedelta(minutes=3))
    assert begin(reader_client, opened).status_code == 201


def test_the_database_keeps_one_sitting_a_reader(reader_client, opened):
    begin(reader_client, opened)
    sitting = Sitting.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        Sitting.objects.create(participant=sitting.participant, number=9, started_at=now(), seen_at=now())


def test_a_clock_an_hour_wrong_is_measured_and_kept(reader_client, opened):
    wrong = (now() + datetime.timedelta(hours=1)).isoformat()
    offset = begin(reader_client, opened, client_at=wrong).json()["clockOffsetMs"]
    assert abs(offset - 3_600_000) < 10_000
    assert Sitting.objects.get().screen == {"width": 2560, "height": 1440, "ratio": 1}


def test_each_time_on_screen_is_a_row(reader_client, opened):
    mine = begin(reader_client, opened).json()["sitting"]
    first = ask_next(reader_client, opened, mine).json()["token"]
    ask_next(reader_client, opened, mine)  # a reload: the same time goes on
    other = begin(reader_client, opened, take_over=True).json()["sitting"]
    ask_next(reader_client, opened, other)
    put(reader_client, body(first, active_ms=4321))
    ask_next(reader_client, opened, other)
    rows = list(Presentation.objects.order_by("pk").values_list("trial__index", "active_ms", "sitting__number"))
    assert rows == [(1, 0, 1), (1, 4321, 2), (2, 0, 2)]
    assert Presentation.objects.filter(hidden_at__isnull=True).count() == 1


def test_a_draft_comes_back_with_the_case_and_goes_with_the_answer(reader_client, opened):
    token = ask_next(reader_client, opened).json()["token"]
    assert ask_next(reader_client, opened).json()["draft"] is None
    saved = draft(reader_client, token, {"answers": {"origin": "real"}}, 0)
    assert (saved.status_code, saved.json(), saved["ETag"]) == (200, {"version": 1}, '"1"')
    assert draft(reader_client, token, {"answers": {"origin": "synthetic"}}, 1).json() == {"version": 2}
    told = ask_next(reader_client, opened).json()["draft"]
    assert told == {"version": 2, "body": {"answers": {"origin": "synthetic"}}}
    put(reader_client, body(token))
    assert not Draft.objects.exists()


@pytest.mark.parametrize("version", [0, 1, 7])
def test_the_loser_of_two_windows_is_told_and_nothing_merges(reader_client, opened, version):
    token = ask_next(reader_client, opened).json()["token"]
    draft(reader_client, token, {"answers": {"origin": "real"}}, 0)
    draft(reader_client, token, {"answers": {"origin": "synthetic"}}, 1)
    lost = draft(reader_client, token, {"answers": {"birads": "5"}}, version)
    assert lost.status_code == 412
    assert lost.json()["error"]["code"] == "draft_conflict"
    assert (lost.json()["version"], lost.json()["draft"]) == (2, {"answers": {"origin": "synthetic"}})
    assert Draft.objects.get().body == {"answers": {"origin": "synthetic"}}


def test_a_draft_needs_its_version_and_a_case_that_is_present(reader_client, opened, client):
    token = ask_next(reader_client, opened).json()["token"]
    assert draft(reader_client, token, {}, None).status_code == 428
    coming = Trial.objects.get(participant=opened.participants[0], index=3).token
    assert draft(reader_client, coming, {}, 0).json()["error"]["code"] == "not_current"
    put(reader_client, body(token))
    assert draft(reader_client, token, {}, 0).json()["error"]["code"] == "already_answered"
    foreign = Trial.objects.get(participant=opened.participants[1], index=1).token
    assert draft(reader_client, foreign, {}, 0).status_code == 404
    big = draft(reader_client, token, {"answers": {"x": "y" * 70_000}}, 0)
    assert big.json()["error"]["code"] == "too_large"


def test_interactions_are_kept_once_however_often_they_come(reader_client, opened):
    token = ask_next(reader_client, opened).json()["token"]
    batch = uuid.uuid4()
    events = [{"seq": n, "t": 100 * n, "kind": "zoom", "data": {"zoom": n}} for n in range(5)]
    assert log(reader_client, token, events, batch).json() == {"stored": 5}
    assert log(reader_client, token, events, batch).json() == {"stored": 5}
    assert Interaction.objects.count() == 5
    for change in (lambda: Interaction.objects.update(kind="pan"), lambda: Interaction.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_what_no_hand_does_is_refused_by_name(reader_client, opened):
    token = ask_next(reader_client, opened).json()["token"]
    one = {"seq": 0, "t": 5, "kind": "zoom", "data": {}}
    cases = [
        ([one | {"kind": "guess"}], "kind", 422),
        ([one | {"t": -1}], "t", 422),
        ([one | {"seq": "0"}], "seq", 422),
        (["zoom"], "events", 422),
        ([one | {"seq": n} for n in range(201)], None, 413),
    ]
    for events, field, status in cases:
        answer = log(reader_client, token, events, uuid.uuid4())
        assert (answer.status_code, answer.json()["error"]["field"]) == (status, field)
    coming = Trial.objects.get(participant=opened.participants[0], index=3).token
    assert log(reader_client, coming, [one], uuid.uuid4()).json()["error"]["code"] == "not_current"
    foreign = Trial.objects.get(participant=opened.participants[1], index=1).token
    assert log(reader_client, foreign, [one], uuid.uuid4()).status_code == 404
    assert not Interaction.objects.exists()
