"""A new study in five steps: each keeps what was sent, refuses what is wrong, and can be come back to."""

from __future__ import annotations

import pytest
from django.urls import reverse

from studies.design.starting_points import STARTING_POINTS
from studies.models.audit import AuditEvent
from studies.models.participant import Participant
from studies.models.study import State, Study
from studies.selectors.setup import SETUP, setup_next
from studies.services.lifecycle import study_create, study_lock
from studies.services.members import member_add
from tests.studies.conftest import person

pytestmark = pytest.mark.django_db
TEXTS = {"instructions": "Look.", "stated_prevalence": "Half.", "margin": "0.1"}


@pytest.fixture
def staff(client, draft):
    client.force_login(draft.owner)
    return client


def step(study, name):
    return reverse("studies:study-setup", args=[study.slug, name])


def body_of(study):
    return study.protocols.get().body


def test_the_first_step_makes_the_draft_and_leads_to_the_cases(staff):
    response = staff.post(reverse("studies:study-new"), {"title": "Second", "template": "pairs"})
    made = Study.objects.get(title="Second")
    assert response.url == step(made, "cases")
    assert body_of(made)["design"]["allocation"] == "pairs"


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"title": "x", "template": "pairs"}, "3 to 120"), ({"title": "Second"}, "Choose what the study asks")],
)
def test_a_refused_first_step_comes_back_as_typed_and_makes_nothing(staff, fields, words):
    refused = staff.post(reverse("studies:study-new"), fields)
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert f'value="{fields["title"]}"' in refused.content.decode()
    assert Study.objects.count() == 1


def test_every_step_of_every_starting_point_shows(staff, draft):
    for point in STARTING_POINTS:
        study = study_create(title=point.label, owner=draft.owner, protocol=point.make())
        for name in SETUP:
            assert staff.get(step(study, name)).status_code == 200
    for name in SETUP:
        assert "So far" in staff.get(step(draft.study, name)).content.decode()


def test_the_cases_step_shows_the_balance_of_what_tells_the_arms_apart(staff, draft):
    text = staff.get(step(draft.study, "cases")).content.decode()
    assert "standardized difference" in text
    assert "hidden from readers" in text
    assert "BI-RADS" in text
    assert staff.post(step(draft.study, "cases")).url == step(draft.study, "readers")


def test_another_template_takes_the_place_of_the_protocol_and_a_title_is_recorded(staff, draft):
    staff.post(step(draft.study, "purpose"), {"title": "Renamed", "template": "real_synthetic"})
    draft.study.refresh_from_db()
    assert draft.study.title == "Renamed"
    assert [one["key"] for one in body_of(draft.study)["questions"]] == ["origin", "confidence"]
    kinds = AuditEvent.objects.filter(study=draft.study).values_list("kind", flat=True)
    assert {"study.renamed", "protocol.changed"} <= set(kinds)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"allocation": "split_plot", "groups": "3"}, {"allocation": "split_plot", "groups": 3}),
        (
            {"allocation": "incomplete_blocks", "synthetic": "182", "original": "116", "anchor_synthetic": "20"},
            {
                "allocation": "incomplete_blocks",
                "per_reader": {"synthetic": 182, "original": 116},
                "anchor": {"synthetic": 20, "original": 0},
            },
        ),
        (
            {"allocation": "crossover", "conditions": "alone,  with the model", "washout_days": "14"},
            {"sessions": {"conditions": ["alone", "with the model"], "washout_days": 14}},
        ),
        (
            {"allocation": "fully_crossed", "repeats": "5", "distance": "40", "block": "10", "strata": "birads"},
            {"repeats": {"count": 5, "distance": 40}, "block": 10, "strata": ["birads"]},
        ),
    ],
)
def test_the_design_is_written_into_the_protocol_and_shown_again(staff, draft, sent, expected):
    response = staff.post(step(draft.study, "readers"), sent)
    assert response.url == step(draft.study, "protocol")
    design = body_of(draft.study)["design"]
    assert {key: design[key] for key in expected} == expected
    text = staff.get(step(draft.study, "readers")).content.decode()
    assert f'value="{sent["allocation"]}" checked' in text
    assert staff.post(step(draft.study, "readers"), sent).status_code == 302
    assert body_of(draft.study)["design"] == design


@pytest.mark.parametrize(
    "sent",
    [
        {"allocation": "split_plot", "groups": "one"},
        {"allocation": "crossover", "conditions": "alone"},
        {"allocation": "incomplete_blocks", "synthetic": "5", "original": "5", "anchor_original": "9"},
        {"allocation": "dance"},
    ],
)
def test_a_design_that_can_not_be_comes_back_and_changes_nothing(staff, draft, sent):
    before = body_of(draft.study)
    assert staff.post(step(draft.study, "readers"), sent).status_code == 422
    assert body_of(draft.study) == before


def test_texts_and_parts_are_kept_and_parts_that_were_there_keep_their_words(staff, draft):
    sent = TEXTS | {
        "parts": ["consent", "debrief"],
        "break_every": "50",
        "require": "walk",
        "exclusions": "a\n\nb",
    }
    assert staff.post(step(draft.study, "protocol"), sent).url == step(draft.study, "check")
    body = body_of(draft.study)
    assert (body["instructions"], body["analysis"]["margin"], body["exclusions"]) == ("Look.", 0.1, ["a", "b"])
    assert (set(body["flow"]), body["reading"]) == ({"consent", "debrief"}, {"break_every": 50, "require": "walk"})
    protocol = draft.study.protocols.get()
    protocol.body["flow"]["consent"]["text"] = "Our own words."
    protocol.save()
    staff.post(step(draft.study, "protocol"), TEXTS | {"parts": ["consent"]})
    body = body_of(draft.study)
    assert (body["flow"]["consent"]["text"], set(body["flow"])) == ("Our own words.", {"consent"})
    assert "reading" not in body


def test_consent_and_quiz_are_written_by_the_owner(staff, draft):
    words = {
        "consent": "I was told.\r\n\r\nBy you.",
        "statements": "I read it.\r\n\r\nI agree.",
        "quiz": "Why?\n- a\n* b",
    }
    staff.post(step(draft.study, "protocol"), TEXTS | {"parts": ["consent", "quiz"]} | words)
    flow = body_of(draft.study)["flow"]
    assert flow["consent"] == {"text": "I was told.\n\nBy you.", "statements": ["I read it.", "I agree."]}
    assert flow["quiz"] == [{"question": "Why?", "options": ["a", "b"], "correct": 1}]
    shown = staff.get(step(draft.study, "protocol")).content.decode()
    assert "By you." in shown
    assert "* b" in shown


CONSENT, QUIZ = {"parts": ["consent"]}, {"parts": ["quiz"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"margin": "wide"},
        {"instructions": ""},
        {"break_every": "2"},
        CONSENT | {"consent": " "},
        CONSENT | {"statements": "\n"},
        QUIZ | {"quiz": "Why?\n- a\n- b"},
    ],
)
def test_refused_texts_come_back_as_typed(staff, draft, wrong):
    refused = staff.post(step(draft.study, "protocol"), TEXTS | {"exclusions": "keep me"} | wrong)
    assert refused.status_code == 422
    assert "keep me" in refused.content.decode()
    assert body_of(draft.study)["instructions"] != "Look."


def test_the_last_step_shows_readiness_hash_and_lock(staff, draft):
    text = staff.get(step(draft.study, "check")).content.decode()
    assert "Before you can lock" in text
    assert "SHA-256 of the protocol as it stands" in text
    assert 'name="to" value="lock"' in text
    assert f"rehearse {draft.study.slug}" in text


def test_forms_of_a_step_lead_back_to_it(staff, draft):
    person("lin", "reader")
    url = reverse("studies:study-readers", args=[draft.study.slug])
    assert staff.post(url, {"username": "lin", "back": "readers"}).url == step(draft.study, "readers")
    assert Participant.objects.filter(study=draft.study).count() == 3
    code = draft.study.cases.first().code
    url = reverse("studies:case-remove", args=[draft.study.slug])
    assert staff.post(url, {"case": code, "back": "cases"}).url == step(draft.study, "cases")
    assert staff.post(url, {"case": code, "back": "//evil.example"}).url == f"/studies/{draft.study.slug}/"


def test_the_way_goes_on_where_something_is_missing(draft):
    empty = study_create(title="Empty", owner=draft.owner, protocol=STARTING_POINTS[0].make())
    assert (setup_next(empty), setup_next(draft.study)) == ("cases", "check")


def test_a_locked_study_has_no_setup(staff, draft):
    study_lock(draft.study, draft.owner)
    before = body_of(draft.study)
    assert staff.post(step(draft.study, "protocol"), TEXTS).url == reverse(
        "studies:study", args=[draft.study.slug]
    )
    assert body_of(draft.study) == before
    assert Study.objects.get().state == State.LOCKED


def test_the_setup_is_the_owners_alone(client, draft):
    cora = person("cora", "staff")
    member_add(draft.study, "cora", "coordinator", draft.owner)
    client.force_login(person("other", "staff"))
    assert client.get(step(draft.study, "cases")).status_code == 404
    client.force_login(cora)
    assert client.get(step(draft.study, "cases")).status_code == 403
