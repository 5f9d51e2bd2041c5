"""From consent to debrief: the server decides the step, keeps it once, and lets nobody past it."""

from __future__ import annotations

import json
import uuid

import pytest
from django.urls import reverse

from studies.design.templates import standard_flow
from studies.models.audit import AuditEvent
from studies.models.reading import FlowStep
from studies.models.trial import Trial
from studies.selectors.audit import chain_verify
from studies.services.lifecycle import study_open, study_pause

pytestmark = pytest.mark.django_db
ANSWERS = {"origin": "real", "confidence": 1, "birads": "1"}


@pytest.fixture
def small_protocol(small_protocol):
    return small_protocol | {"flow": standard_flow() | {"display_check": "required"}}


@pytest.fixture
def person(opened):
    return opened.participants[0]


def page(person, kind):
    return reverse("studies:step", args=[person.token, kind])


def ask_next(client, person):
    return client.get(reverse("studies:next", args=[person.token]))


def check_display(client, passed=True):
    session = client.session
    session["display_check"] = {"check": 7 if passed else 8, "passed": passed, "result": {"black": passed}}
    session.save()


def take(client, person, upto="instructions"):
    sent = {
        "consent": {"statement": ["1", "2"]},
        "display": {},
        "questionnaire": {"years": "12", "volume": "1", "generated": "0"},
        "instructions": {"0": "1", "1": "1"},
    }
    check_display(client)
    for kind, data in sent.items():
        answer = client.post(page(person, kind), data)
        assert answer.status_code == 302, answer.content.decode()
        if kind == upto:
            return answer
    return None


def answer_all(client, person):
    for trial in Trial.objects.filter(participant=person).order_by("index"):
        body = {
            "trial": trial.token, "revision": 1, "answers": ANSWERS, "marks": [],
            "client_at": "2026-01-01T10:00:00Z", "active_ms": 5,
        }  # fmt: skip
        url = reverse("studies:response", args=[uuid.uuid4()])
        assert client.put(url, json.dumps(body), content_type="application/json").status_code == 201


def test_each_step_leads_to_the_next_and_then_to_the_cases(reader_client, person):
    room = reverse("studies:reading", args=[person.token])
    assert reader_client.get(room).url == page(person, "consent")
    assert ask_next(reader_client, person).json()["error"]["code"] == "step_owed"
    assert reader_client.get(page(person, "debrief")).url == page(person, "consent")
    assert take(reader_client, person, "consent").url == page(person, "display")
    assert take_rest(reader_client, person).url == room
    assert reader_client.get(room).status_code == 200
    assert ask_next(reader_client, person).json()["index"] == 1
    kinds = list(FlowStep.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["consent", "display", "questionnaire", "instructions"]
    assert FlowStep.objects.get(kind="questionnaire").body["answers"] == {
        "years": 12,
        "volume": "1",
        "generated": "0",
    }


def take_rest(client, person):
    client.post(page(person, "display"))
    client.post(page(person, "questionnaire"), {"years": "12", "volume": "1", "generated": "0"})
    return client.post(page(person, "instructions"), {"0": "1", "1": "1"})


def test_debrief_comes_after_the_last_case_and_then_the_end(reader_client, person):
    take(reader_client, person)
    answer_all(reader_client, person)
    done = reverse("studies:reading-done", args=[person.token])
    room = reverse("studies:reading", args=[person.token])
    assert reader_client.get(done).url == room
    assert reader_client.get(room).url == page(person, "debrief")
    sent = {"cues": ["0", "3"], "cues_other": "Too clean."}
    assert reader_client.post(page(person, "debrief"), sent).url == room
    assert reader_client.get(room).url == done
    assert reader_client.get(done).status_code == 200
    body = FlowStep.objects.get(kind="debrief").body
    assert body["answers"] == {"cues": ["0", "3"], "cues_other": "Too clean."}


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("consent", {"statement": ["1"]}, "Agree to each statement"),
        ("consent", {"statement": ["1", "1"]}, "Agree to each statement"),
        ("questionnaire", {"years": "twelve", "volume": "1", "generated": "0"}, "got &#x27;twelve&#x27;"),
        ("questionnaire", {"years": "12", "generated": "0"}, "has no answer"),
        ("questionnaire", {"years": "12", "volume": "9", "generated": "0"}, "expected one of"),
        ("instructions", {"0": "0", "1": "1"}, "is not right yet"),
        ("instructions", {"0": "1"}, "has no answer"),
    ],
)
def test_a_wrong_step_is_named_comes_back_as_sent_and_stores_nothing(reader_client, person, kind, data, words):
    steps = ["consent", "display", "questionnaire", "instructions"]
    if kind != "consent":
        take(reader_client, person, steps[steps.index(kind) - 1])
    answer = reader_client.post(page(person, kind), data)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert words in text
    assert text.count("flow-wrong") == (0 if kind == "consent" else 1)
    assert not FlowStep.objects.filter(kind=kind).exists()
    if data.get("years") == "twelve":
        assert 'value="twelve"' in text


def test_a_required_display_check_is_owed_on_each_device(reader_client, person, client, opened):
    take(reader_client, person, "consent")
    check_display(reader_client, passed=False)
    refused = reader_client.post(page(person, "display"))
    assert refused.status_code == 422
    assert "not all was seen" in refused.content.decode()
    check_display(reader_client)
    take_rest(reader_client, person)
    other = type(reader_client)()
    other.force_login(opened.reader)
    assert ask_next(other, person).json()["error"]["code"] == "step_owed"
    check_display(other)
    session = other.session
    session["display_check"] = {"check": 9, "passed": True, "result": {}}
    session.save()
    assert other.get(reverse("studies:reading", args=[person.token])).url == page(person, "display")
    assert other.post(page(person, "display")).status_code == 302
    assert ask_next(other, person).status_code == 200
    assert list(FlowStep.objects.filter(kind="display").values_list("number", flat=True)) == [1, 2]


def test_a_step_sent_twice_is_kept_once_and_the_first_stands(reader_client, person):
    from studies.errors import StepTakenError
    from studies.models.reading import Step
    from studies.services.flow import answers_keep

    take(reader_client, person)
    user = person.membership.user
    first = FlowStep.objects.get(kind="questionnaire")
    again = {"years": 12, "volume": "1", "generated": "0"}
    assert answers_keep(person, user, Step.QUESTIONNAIRE, again).pk == first.pk
    with pytest.raises(StepTakenError):
        answers_keep(person, user, Step.QUESTIONNAIRE, again | {"years": 1})
    assert FlowStep.objects.filter(kind="questionnaire").count() == 1


def test_withdrawal_keeps_answers_and_takes_no_more(reader_client, person, opened):
    take(reader_client, person)
    trial = Trial.objects.get(participant=person, index=1)
    reader_client.post(reverse("studies:withdraw", args=[person.token]), {"sure": "on"})
    assert ask_next(reader_client, person).json()["error"]["code"] == "withdrawn"
    body = {
        "trial": trial.token, "revision": 1, "answers": ANSWERS, "marks": [], "client_at": "2026-01-01T10:00:00Z",
        "active_ms": 5,
    }  # fmt: skip
    url = reverse("studies:response", args=[uuid.uuid4()])
    refused = reader_client.put(url, json.dumps(body), content_type="application/json")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "withdrawn")
    assert reader_client.get(reverse("studies:reader-home")).status_code == 200
    assert AuditEvent.objects.filter(kind="reader.withdrew").count() == 1


def test_leaving_from_home_asks_once_more_and_is_then_said(reader_client, person):
    home = reverse("studies:reader-home")
    leave = reverse("studies:withdraw", args=[person.token])
    assert leave in reader_client.get(home).content.decode()
    assert "Nothing has changed" in reader_client.post(leave, follow=True).content.decode()
    person.refresh_from_db()
    assert person.withdrawn_at is None
    text = reader_client.post(leave, {"sure": "on"}, follow=True).content.decode()
    assert "What you answered is kept" in text
    assert leave not in text
    assert "Left" in text


def test_steps_of_a_study_that_is_left_or_paused_lead_home_with_a_word(reader_client, person, opened):
    study_pause(opened.study, opened.owner)
    text = reader_client.get(page(person, "consent"), follow=True).content.decode()
    assert "is paused" in text
    study_open(opened.study, opened.owner)
    reader_client.post(reverse("studies:withdraw", args=[person.token]), {"sure": "on"})
    text = reader_client.get(page(person, "consent"), follow=True).content.decode()
    assert "You have left this study" in text


def test_home_leads_to_the_last_questions_while_they_are_owed(reader_client, person):
    take(reader_client, person)
    answer_all(reader_client, person)
    home = reverse("studies:reader-home")
    assert "Last questions" in reader_client.get(home).content.decode()
    reader_client.post(page(person, "debrief"), {"cues_other": "Too clean."})
    text = reader_client.get(home).content.decode()
    assert "Last questions" not in text
    assert "Leave this study" not in text


def test_the_record_names_steps_without_what_was_said(reader_client, person, opened):
    take(reader_client, person)
    bodies = [event.body for event in AuditEvent.objects.filter(kind="step.taken").order_by("seq")]
    assert [body["step"] for body in bodies] == ["consent", "display", "questionnaire", "instructions"]
    assert "years" not in json.dumps(bodies)
    assert chain_verify(opened.study).ok


def test_another_readers_steps_are_not_there(client, opened, person):
    client.force_login(opened.readers[1])
    assert client.get(page(person, "consent")).status_code == 404
    assert client.post(reverse("studies:withdraw", args=[person.token]), {"sure": "on"}).status_code == 404


def test_a_draft_has_no_steps_yet_and_says_so(client, draft):
    client.force_login(draft.reader)
    for url in (
        page(draft.participants[0], "consent"),
        reverse("studies:reading-done", args=[draft.participants[0].token]),
    ):
        reply = client.get(url, follow=True)
        assert "not open yet" in reply.content.decode(), (url, reply.status_code)
