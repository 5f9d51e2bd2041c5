"""The reader's pages lead to the present case, and nowhere else."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse

from studies.models.response import Response
from studies.services.lifecycle import study_close, study_pause
from tests.studies.api.test_reader import ANSWERS, body, present, put

pytestmark = pytest.mark.django_db


def url(opened, name="reading"):
    return reverse(f"studies:{name}", args=[opened.participants[0].token])


def test_home_lists_my_open_studies(reader_client, opened):
    text = reader_client.get(reverse("studies:reader-home")).content.decode()
    assert "Small study" in text
    assert "0 of 4 read" in text
    assert url(opened) in text


def test_draft_is_not_on_the_readers_home(client, draft):
    client.force_login(draft.reader)
    assert "Small study" not in client.get(reverse("studies:reader-home")).content.decode()


def test_room_carries_its_addresses_and_no_case(reader_client, opened):
    text = reader_client.get(url(opened)).content.decode()
    room = json.loads(re.search(r'id="room" type="application/json">(.*?)</script>', text).group(1))
    assert room["api"] == {
        "next": reverse("studies:next", args=[opened.participants[0].token]),
        "response": "/api/r/responses/",
        "sittings": reverse("studies:sittings", args=[opened.participants[0].token]),
        "trials": "/api/r/trials/",
    }
    assert room["readerCode"] == opened.participants[0].reader_code
    assert not any(trial.token in text for trial in opened.participants[0].trials.all())


@pytest.mark.parametrize("end", [study_pause, study_close])
def test_room_of_a_study_that_is_not_open_leads_home_with_a_word(reader_client, opened, end):
    end(opened.study, opened.owner)
    response = reader_client.get(url(opened), follow=True)
    assert response.redirect_chain[-1][0] == reverse("studies:reader-home")
    assert "Your answers are kept." in response.content.decode()


def test_done_page_waits_for_the_last_case(reader_client, opened):
    assert reader_client.get(url(opened, "reading-done")).status_code == 302
    participant = opened.participants[0]
    participant.done = 4
    participant.save()
    assert "All 4 images are read" in reader_client.get(url(opened, "reading-done")).content.decode()
    assert reader_client.get(url(opened)).url == url(opened, "reading-done")


def test_other_readers_room_is_not_there(client, opened):
    client.force_login(opened.readers[1])
    assert client.get(url(opened)).status_code == 404
    assert client.get(url(opened, "reading-done")).status_code == 404


def test_the_receipt_lists_my_answers_by_hash_and_tells_nothing_else(reader_client, opened):
    told = put(reader_client, body(present(reader_client, opened).json()["token"])).json()["sha256"]
    reply = reader_client.get(url(opened, "receipt"))
    assert (
        reply["Content-Disposition"] == f'attachment; filename="receipt-{opened.participants[0].reader_code}.json"'
    )
    (line,) = reply.json()["answers"]
    stored = Response.objects.get()
    assert (line["case"], line["sha256"], line["id"]) == (1, told, str(stored.pk))
    assert reply.json()["protocolSha256"] == opened.study.protocols.get().sha256
    assert ANSWERS["origin"] not in json.dumps(reply.json()["answers"])


def test_a_receipt_is_its_readers_alone_and_not_of_a_draft(client, draft):
    client.force_login(draft.readers[1])
    assert client.get(url(draft, "receipt")).status_code == 404
    client.force_login(draft.readers[0])
    assert client.get(url(draft, "receipt")).status_code == 404
