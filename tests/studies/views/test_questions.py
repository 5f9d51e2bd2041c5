"""The question designer: one change at a time, refused by field, on drafts alone."""

from __future__ import annotations

import pytest
from django.urls import reverse

from studies.design.question_set import PRESETS
from studies.design.starting_points import starting_point
from studies.models.audit import AuditEvent
from studies.services.lifecycle import study_create, study_lock
from studies.services.members import member_add
from tests.studies.conftest import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(draft):
    return study_create(title="Asked", owner=draft.owner, protocol=starting_point("all_phases").make())


@pytest.fixture
def staff(client, draft):
    client.force_login(draft.owner)
    return client


def url(study, part="questions"):
    return reverse("studies:study-questions", args=[study.slug]) + f"?of={part}"


def body_of(study):
    return study.protocols.get().body


def keys(study, part="questions"):
    body = body_of(study)
    asked = body["questions"] if part == "questions" else body["flow"].get(part, [])
    return [question["key"] for question in asked]


def asked(study, key, part="questions"):
    body = body_of(study)
    found = body["questions"] if part == "questions" else body["flow"][part]
    return next(question for question in found if question["key"] == key)


def save(key, /, **fields):
    return {"do": "save", "question": key, "key": key} | fields


@pytest.mark.parametrize("part", PRESETS)
def test_every_part_shows_and_every_question_opens(staff, study, part):
    assert staff.get(url(study, part)).status_code == 200
    for key in keys(study, part):
        assert 'id="label"' in staff.get(f"{url(study, part)}&edit={key}").content.decode()


@pytest.mark.parametrize("part", PRESETS)
def test_saving_what_is_shown_changes_nothing(staff, study, part):
    before = body_of(study)
    for key in keys(study, part):
        form = staff.get(f"{url(study, part)}&edit={key}").context["form"]
        sent = save(key, label=form.label, longest=form.longest, minimum=form.minimum, maximum=form.maximum)
        sent |= {"unit": form.unit, "findings": form.findings, "when": form.conditions}
        for name in ("value", "label", "hint", "key"):
            sent[f"option_{name}"] = [getattr(row, name) for row in form.rows_shown]
        sent |= {name: "on" for name in ("required", "described") if getattr(form, name)}
        assert staff.post(url(study, part), sent).status_code == 302
    assert body_of(study) == before


def test_a_preset_is_added_once_and_a_blank_one_opens_for_its_words(staff, study):
    staff.post(url(study), {"do": "add", "preset": "comment"})
    assert keys(study)[-1] == "comment"
    refused = staff.post(url(study), {"do": "add", "preset": "comment"})
    assert (refused.status_code, "asked already" in refused.content.decode()) == (422, True)
    led = staff.post(url(study), {"do": "add", "preset": "multiple"})
    assert led.url.endswith("?of=questions&edit=question_1#q-question_1")
    assert AuditEvent.objects.filter(study=study, kind="protocol.changed").count() == 2


def test_words_options_keys_and_condition_are_written_into_the_protocol(staff, study):
    staff.post(url(study), {"do": "add", "preset": "choice"})
    sent = save("question_1", key="why", label=" Why? ", required="on", when=["birads=4", "birads=5"])
    sent |= {"option_label": ["Mass", "Calcifications", ""], "option_value": ["m", "", ""]}
    sent |= {"option_hint": ["", "Any", ""], "option_key": ["J", "k", ""]}
    assert staff.post(url(study), sent).url.endswith("#q-why")
    assert asked(study, "why") == {
        "key": "why",
        "kind": "choice",
        "label": "Why?",
        "required": True,
        "options": [
            {"value": "m", "label": "Mass", "key": "j"},
            {"value": "calcifications", "label": "Calcifications", "hint": "Any", "key": "k"},
        ],
        "when": {"question": "birads", "is": ["4", "5"]},
    }
    text = staff.get(url(study)).content.decode()
    assert "asked only after 4 or 5 to “BI-RADS”" in text


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"label": ""}, "label", "Write what is asked"),
        ({"label": "Sure?", "key": "Über"}, "key", "small letter"),
        ({"label": "Sure?", "key": "origin"}, "key", "Another question"),
        ({"option_label": ["one"]}, "options", "at least two"),
        ({"option_value": ["1", "1"]}, "options", "more than one option is kept as “1”"),
        ({"option_key": ["a", "a"]}, "options", "has the key “a”"),
        ({"option_key": ["ab", ""]}, "options", "one letter or digit"),
        ({"option_value": ["1", "x"]}, "options", "whole number"),
        ({"when": ["origin=0", "birads=1"]}, "when", "one question only"),
    ],
)
def test_what_is_wrong_is_named_at_its_field_and_comes_back_as_typed(staff, study, fields, field, words):
    for _ in range(3):
        staff.post(url(study), {"do": "down", "question": "confidence"})
    before = body_of(study)
    rows = {"option_label": ["one", "two"], "option_value": ["1", "2"], "option_hint": ["", ""]}
    sent = save("confidence", label="How sure, really?") | rows | {"option_key": ["", ""]} | fields
    refused = staff.post(url(study), sent)
    assert (refused.status_code, refused.context["error"]["field"]) == (422, field)
    assert words.lower() in refused.context["error"]["message"].lower()
    assert f'value="{sent["label"]}"' in refused.content.decode()
    assert body_of(study) == before


def test_the_question_of_the_analysis_stays_with_its_options_and_may_be_worded(staff, study):
    refused = staff.post(url(study), {"do": "remove", "question": "origin"})
    assert (refused.status_code, keys(study)[0]) == (422, "origin")
    rows = {"option_label": ["Echt", "Synthetisch"], "option_value": ["real", "synthetic"]}
    rows |= {"option_hint": ["", ""], "option_key": ["r", "s"]}
    assert staff.post(url(study), save("origin", label="Echt?", required="on") | rows).status_code == 302
    assert [one["label"] for one in asked(study, "origin")["options"]] == ["Echt", "Synthetisch"]
    changed = rows | {"option_value": ["real", "fake"]}
    assert staff.post(url(study), save("origin", label="Echt?") | changed).status_code == 422
    assert [one["value"] for one in asked(study, "origin")["options"]] == ["real", "synthetic"]


def test_questions_move_and_go_and_the_papers_come_back(staff, study):
    staff.post(url(study), {"do": "up", "question": "birads"})
    assert keys(study)[:3] == ["origin", "birads", "confidence"]
    staff.post(url(study), {"do": "remove", "question": "density"})
    assert "density" not in keys(study)
    staff.post(url(study), {"do": "paper"})
    assert keys(study) == ["origin", "confidence", "birads", "density", "marks"]


def test_findings_are_chosen_from_the_lexicon(staff, study):
    staff.post(url(study), save("marks", label="Findings", findings=["distortion", "mass"], described="on"))
    assert [one["value"] for one in asked(study, "marks")["options"]] == ["mass", "distortion"]
    assert "descriptors" in asked(study, "marks")["options"][0]
    staff.post(url(study), save("marks", label="Findings", findings=["mass"]))
    assert "descriptors" not in asked(study, "marks")["options"][0]
    assert staff.post(url(study), save("marks", label="Findings")).status_code == 422
    staff.post(
        url(study), save("marks", label="Marks", key="other", findings=["mass"], when=["origin=0"], required="on")
    )
    kept = asked(study, "marks")
    assert (kept["label"], kept["required"], "when" in kept) == ("Marks", False, False)


def test_numbers_and_words_have_their_bounds(staff, study):
    wrong = save("years", label="Years", minimum="9", maximum="2")
    assert staff.post(url(study, "questionnaire"), wrong).context["error"]["field"] == "minimum"
    for text in ("nan", "ten"):
        sent = save("years", label="Years", maximum=text)
        assert staff.post(url(study, "questionnaire"), sent).context["error"]["field"] == "maximum"
    staff.post(url(study, "questionnaire"), save("years", label="Years", minimum="0.5", maximum="40"))
    assert asked(study, "years", "questionnaire")["minimum"] == 0.5
    assert staff.post(url(study, "debrief"), save("cues_other", label="Else", longest="9999")).status_code == 422


def test_a_part_goes_with_its_last_question_and_comes_with_its_first(staff, draft, study):
    for key in keys(study, "debrief"):
        staff.post(url(study, "debrief"), {"do": "remove", "question": key})
    assert "debrief" not in body_of(study)["flow"]
    staff.post(url(draft.study, "questionnaire"), {"do": "add", "preset": "about"})
    assert keys(draft.study, "questionnaire") == ["years", "volume", "generated"]


def test_what_can_not_be_done_is_said(staff, study):
    for sent in ({}, {"do": "add", "preset": "findings?"}, {"do": "save", "question": "gone", "label": "x"}):
        assert staff.post(url(study), sent).status_code == 422
    assert staff.get(url(study, "secrets")).status_code == 404
    staff.post(url(study), {"do": "add", "preset": "side"})
    assert staff.post(url(study), {"do": "down", "question": "origin"}).status_code == 302


def test_a_locked_study_keeps_its_questions(staff, draft):
    study_lock(draft.study, draft.owner)
    before = body_of(draft.study)
    response = staff.post(url(draft.study), {"do": "paper"})
    assert response.url == reverse("studies:study", args=[draft.study.slug])
    assert body_of(draft.study) == before


def test_the_designer_is_the_owners_alone(client, draft):
    cora = person("cora", "staff")
    member_add(draft.study, "cora", "coordinator", draft.owner)
    client.force_login(person("other", "staff"))
    assert client.get(url(draft.study)).status_code == 404
    client.force_login(cora)
    assert client.get(url(draft.study)).status_code == 403
