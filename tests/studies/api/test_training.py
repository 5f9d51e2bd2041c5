"""The truth of a training case is told after its answer, and of no other case ever."""

from __future__ import annotations

import pytest
from django.urls import reverse

from studies.models.trial import Trial
from studies.models.truth import CaseTruth
from studies.services.lifecycle import study_lock, study_open
from tests.studies.api.test_reader import body, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def training(client, draft):
    """One training case, three test cases, and the lesson allowed."""
    protocol = draft.study.protocols.get()
    protocol.body["flow"] = {"training": {"feedback": True}}
    protocol.save()
    case = CaseTruth.objects.filter(is_synthetic=True).first().case
    case.phase = "train"
    case.save()
    study_lock(draft.study, draft.owner)
    study_open(draft.study, draft.owner)
    client.force_login(draft.reader)
    draft.trials = list(Trial.objects.filter(participant=draft.participants[0]).order_by("index"))
    return draft


def lesson(client, trial):
    return client.get(reverse("studies:lesson", args=[trial.token]))


def test_lesson_comes_after_the_answer_and_not_before(client, training):
    first = training.trials[0]
    told = client.get(reverse("studies:next", args=[training.participants[0].token])).json()
    assert (told["token"], told["training"]) == (first.token, True)
    assert lesson(client, first).status_code == 404
    put(client, body(first.token, answers={"origin": "real", "confidence": 2, "birads": "1"}))
    assert lesson(client, first).json() == {"is": "synthetic", "said": "real"}


def test_test_cases_have_no_lesson_answered_or_not(client, training):
    for trial in training.trials:
        put(client, body(trial.token))
    for trial in training.trials[1:]:
        assert lesson(client, trial).status_code == 404


def test_another_readers_lesson_is_not_there(client, training):
    theirs = Trial.objects.get(participant=training.participants[1], index=1)
    assert lesson(client, theirs).status_code == 404


def test_a_protocol_that_tells_nothing_has_no_lesson(client, draft):
    case = draft.study.cases.first()
    case.phase = "train"
    case.save()
    study_lock(draft.study, draft.owner)
    study_open(draft.study, draft.owner)
    client.force_login(draft.reader)
    first = Trial.objects.get(participant=draft.participants[0], index=1)
    put(client, body(first.token))
    assert lesson(client, first).status_code == 404


def test_next_does_not_tell_a_check_from_a_case(client, draft):
    case = draft.study.cases.first()
    case.phase = "check"
    case.save()
    study_lock(draft.study, draft.owner)
    study_open(draft.study, draft.owner)
    client.force_login(draft.reader)
    seen = set()
    for trial in Trial.objects.filter(participant=draft.participants[0]).order_by("index"):
        told = client.get(reverse("studies:next", args=[draft.participants[0].token])).json()
        seen.add((told["training"], told["condition"], tuple(sorted(told))))
        put(client, body(trial.token))
        assert lesson(client, trial).status_code == 404
    assert len(seen) == 1
