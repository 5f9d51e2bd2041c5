"""The staff's pages do what their buttons say, and show no origin while the study is blinded."""

from __future__ import annotations

import pytest
from django.urls import reverse

from studies.models.case import Case
from studies.models.study import State, Study
from studies.services.rehearsal import rehearsal_create
from tests.studies.conftest import PASSWORD, person, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client, draft):
    client.force_login(draft.owner)
    return client


def page(client, study, name="study"):
    return client.get(reverse(f"studies:{name}", args=[study.slug]))


def move(client, study, to):
    return client.post(
        reverse("studies:study-move", args=[study.slug]), {"to": to, "password": PASSWORD}, follow=True
    )


def test_list_shows_each_study_with_its_counts(staff, draft, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        text = staff.get(reverse("studies:study-list")).content.decode()
    assert "Small study" in text
    assert "Draft" in text


def test_list_without_a_study_offers_the_first(client, db):
    client.force_login(person("solo", "admin"))
    assert "Make the first study" in client.get(reverse("studies:study-list")).content.decode()


def test_rehearsals_are_listed_for_the_owner_and_say_what_they_are(staff, draft):
    copy = rehearsal_create(draft.study, draft.owner)
    assert reverse("studies:study", args=[copy.slug]) in page(staff, draft.study).content.decode()
    text = page(staff, copy).content.decode()
    assert "A rehearsal: simulated readers, and no result." in text
    assert "Rehearsal" in staff.get(reverse("studies:study-list")).content.decode()


def test_draft_shows_readiness_and_origin(staff, draft):
    text = page(staff, draft.study).content.decode()
    assert "Before you can lock" in text
    assert "2 original" in text
    assert "is-synthetic" in text


def test_locked_study_hides_origin_until_unblinded(staff, draft):
    for to, shown in (("lock", False), ("open", False), ("pause", False), ("open", False), ("close", False)):
        text = move(staff, draft.study, to).content.decode()
        assert ("is-synthetic" in text) is shown, to
        assert "2 synthetic" not in text
        assert "sealed until the study is unblinded" in text
    move(staff, draft.study, "unblind")
    assert "is-synthetic" in page(staff, draft.study).content.decode()


def test_close_and_unblind_in_one_step_leads_to_the_results(staff, opened):
    response = move(staff, opened.study, "close-unblind")
    assert response.redirect_chain[-1][0] == reverse("studies:results", args=[opened.study.slug])
    assert Study.objects.get().state == State.UNBLINDED


@pytest.mark.parametrize("to", ["unblind", "archive", "dance", ""])
def test_step_that_can_not_be_taken_is_said_and_changes_nothing(staff, draft, to):
    assert "notice-wrong" in move(staff, draft.study, to).content.decode()
    assert Study.objects.get().state == State.DRAFT


def test_readers_are_invited_by_name_and_mistakes_are_said(staff, draft):
    person("late", "reader")
    url = reverse("studies:study-readers", args=[draft.study.slug])
    text = staff.post(url, {"username": "late, nobody"}, follow=True).content.decode()
    assert "late reads as" in text
    assert "no account named" in text
    assert draft.study.participants.count() == 3
    staff.post(url, {"remove": draft.participants[0].reader_code})
    assert draft.study.participants.count() == 2


def test_images_are_added_from_a_form_and_by_a_script(staff, draft):
    url, image = reverse("studies:case-add"), picture(8, "generated")
    form = {"study": draft.study.slug, "image": [image.token, draft.images[0].token]}
    response = staff.post(url, form, headers={"accept": "application/json"})
    assert (response.json()["added"], response.json()["known"]) == (1, 1)
    again = staff.post(url, form, follow=True)
    assert "0 images added. 2 were in the study already." in again.content.decode()
    assert Case.objects.count() == 5
    assert (
        staff.post(
            url, {"study": draft.study.slug, "image": ["?"]}, headers={"accept": "application/json"}
        ).status_code
        == 404
    )
    assert staff.post(url, {"study": "nothing", "image": [image.token]}).status_code == 404


def test_drafts_are_listed_for_scripts(staff, draft):
    drafts = staff.get(reverse("studies:draft-list")).json()
    assert drafts == {"studies": [{"slug": draft.study.slug, "title": "Small study"}]}
    move(staff, draft.study, "lock")
    assert staff.get(reverse("studies:draft-list")).json() == {"studies": []}


def test_case_is_taken_out_of_a_draft(staff, draft):
    code = Case.objects.first().code
    staff.post(reverse("studies:case-remove", args=[draft.study.slug]), {"case": code})
    assert not Case.objects.filter(code=code).exists()


def test_study_of_another_admin_is_not_there(client, draft):
    client.force_login(person("stranger", "admin"))
    assert page(client, draft.study).status_code == 404
    assert move(client, draft.study, "lock").status_code == 404
    assert client.get(reverse("studies:draft-list")).json() == {"studies": []}


def test_progress_tells_counts_only(staff, opened):
    data = page(staff, opened.study, "progress").json()
    assert data["state"] == "open"
    assert data["pictures"] == {"waiting": 0, "ready": 4, "failed": 0}
    assert {reader["count"] for reader in data["readers"]} == {4}
    assert set(data["readers"][0]) == {"readerCode", "done", "count", "lastSeen", "secondsPerCase"}


def test_study_page_needs_few_queries(staff, opened, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        assert page(staff, opened.study).status_code == 200


def test_signed_out_browser_is_led_to_sign_in(client, draft):
    assert page(client, draft.study).status_code == 302
