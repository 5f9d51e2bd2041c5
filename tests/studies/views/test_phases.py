"""What each case is for is set in a draft alone, and becomes the order of the trials."""

from __future__ import annotations

import pytest
from django.urls import reverse

from studies.models.audit import AuditEvent
from studies.models.case import Phase
from studies.models.truth import CaseTruth
from studies.services.cases import asset_build, cases_add
from studies.services.lifecycle import study_lock
from studies.services.members import member_add
from tests.studies.conftest import person, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client, draft):
    client.force_login(draft.owner)
    return client


@pytest.fixture
def two_more(draft):
    """Two further cases, of which one may be practiced on and one may check attention."""
    images = [picture(number, "original") for number in (7, 8)]
    for asset in cases_add(draft.study, [image.token for image in images], draft.owner):
        asset_build(asset.pk)
    return list(
        CaseTruth.objects.filter(case__study=draft.study, source_image__in=images)
        .order_by("pk")
        .values_list("case__code", flat=True)
    )


def url(draft):
    return reverse("studies:study-phases", args=[draft.study.slug])


def test_every_case_is_shown_with_what_it_is_for(staff, draft):
    text = staff.get(url(draft)).content.decode()
    assert text.count('<option value="test" selected>') == 4
    assert (
        url(draft) in staff.get(reverse("studies:study-setup", args=[draft.study.slug, "cases"])).content.decode()
    )


def test_training_comes_first_and_a_check_among_the_test(staff, draft, two_more):
    train, check = two_more
    sent = {f"case-{train}": "train", f"case-{check}": "check", "feedback": "on"}
    assert staff.post(url(draft), sent).status_code == 302
    assert draft.study.protocols.get().body["flow"]["training"] == {"feedback": True}
    event = AuditEvent.objects.get(kind="cases.sorted")
    assert event.body == {"moved": sorted(two_more), "train": 1, "test": 4, "check": 1}
    study_lock(draft.study, draft.owner)
    for participant in draft.participants:
        trials = list(participant.trials.order_by("index").values_list("phase", "case__code"))
        assert trials[0] == (Phase.TRAIN, train)
        assert sorted(phase for phase, _ in trials[1:]) == [Phase.CHECK, *[Phase.TEST] * 4]


def test_saving_what_is_shown_changes_nothing_and_feedback_can_be_taken_back(staff, draft):
    staff.post(url(draft), {"feedback": "on"})
    staff.post(url(draft), {f"case-{case.code}": case.phase for case in draft.study.cases.all()})
    assert "flow" not in draft.study.protocols.get().body
    assert not AuditEvent.objects.filter(kind="cases.sorted").exists()


@pytest.mark.parametrize("phase", ["exam", "train"])
def test_a_phase_that_there_is_not_or_a_study_without_a_test_is_refused(staff, draft, phase):
    refused = staff.post(url(draft), {f"case-{case.code}": phase for case in draft.study.cases.all()})
    assert refused.status_code == 422
    assert set(draft.study.cases.values_list("phase", flat=True)) == {Phase.TEST}


def test_a_case_of_another_study_is_not_there_and_a_locked_study_stays(staff, draft):
    assert staff.post(url(draft), {"case-AAAAA": "train"}).status_code == 422
    code = draft.study.cases.first().code
    study_lock(draft.study, draft.owner)
    assert staff.post(url(draft), {f"case-{code}": "train"}).url == reverse(
        "studies:study", args=[draft.study.slug]
    )
    assert set(draft.study.cases.values_list("phase", flat=True)) == {Phase.TEST}


def test_it_is_the_owners_alone(client, draft):
    cora = person("cora", "staff")
    member_add(draft.study, "cora", "coordinator", draft.owner)
    client.force_login(cora)
    assert client.get(url(draft)).status_code == 403
