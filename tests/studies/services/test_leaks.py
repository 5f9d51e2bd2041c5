"""The check reads what is really served; a leak of the packaging holds the door until the owner signs a reason."""

from __future__ import annotations

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from studies.errors import LeakError, SignatureError
from studies.models.audit import AuditEvent
from studies.models.case import Asset
from studies.models.leak import LeakReport
from studies.models.signature import Act, Signature
from studies.models.study import State, Study
from studies.models.truth import CaseTruth
from studies.selectors.leaks import leak_cases
from studies.services import lifecycle
from studies.services.leaks import leak_check
from studies.services.signatures import signature_check
from tests.studies.conftest import PASSWORD
from webapp.imaging.pyramid.packfile import write_pack

pytestmark = pytest.mark.django_db


@pytest.fixture
def locked(draft):
    lifecycle.study_lock(draft.study, draft.owner)
    return draft


@pytest.fixture
def leaking(locked):
    """A locked study in which one generated picture's canvas is wider than all others."""
    truth = CaseTruth.objects.filter(case__study=locked.study, is_synthetic=True).first()
    image = Asset.objects.get(case=truth.case_id).image
    write_pack(image.pack_path, np.full((image.rows, image.columns + 512), 7, np.uint16), bits=12)
    image.columns += 512
    image.save()
    return locked


def test_served_bytes_of_a_clean_study_tell_nothing(locked):
    cases, synthetic = leak_cases(locked.study, seed=1)
    assert sorted(synthetic) == [False, False, True, True]
    assert {case.dimensions for case in cases} == {cases[0].dimensions}
    assert all(not case.found_names for case in cases)
    assert all(size % 8192 == 0 for case in cases for size in case.sizes)
    assert dict(cases[0].headers)["content-encoding"] == "gzip"
    assert len(cases[0].places) == 2
    report = leak_check(locked.study, locked.owner)
    assert not report.blocked
    assert AuditEvent.objects.latest("seq").kind == "leaks.checked"
    lifecycle.study_open(locked.study, locked.owner)


def test_leak_holds_the_door(leaking):
    assert leak_check(leaking.study, leaking.owner).blocked
    with pytest.raises(LeakError, match="size, depth and levels"):
        lifecycle.study_open(leaking.study, leaking.owner)
    assert Study.objects.get().state == State.LOCKED


def test_owner_opens_with_a_signed_reason_and_the_record_says_so(leaking):
    leak_check(leaking.study, leaking.owner)
    short = signature_check(leaking.study, leaking.owner, Act.OVERRIDE, password=PASSWORD, reason="so")
    with pytest.raises(SignatureError, match="reason of at least 10"):
        lifecycle.study_open(leaking.study, leaking.owner, short)
    reason = "One case was scanned wider. It is excluded in the plan."
    signed = signature_check(leaking.study, leaking.owner, Act.OVERRIDE, password=PASSWORD, reason=reason)
    lifecycle.study_open(leaking.study, leaking.owner, signed)
    event = AuditEvent.objects.get(kind="leaks.overridden")
    assert event.reason == reason
    assert event.body["channels"] == ["size, depth and levels"]
    assert Signature.objects.get().event == event
    assert Study.objects.get().state == State.OPEN


def test_page_checks_before_it_opens_and_asks_for_the_reason(client, leaking):
    client.force_login(leaking.owner)
    url = reverse("studies:study-move", args=[leaking.study.slug])
    text = client.post(url, {"to": "open"}, follow=True).content.decode()
    assert LeakReport.objects.count() == 1
    assert "Open in spite of a leak" in text
    page = client.get(reverse("studies:leaks", args=[leaking.study.slug])).content.decode()
    assert "can be told apart by size, depth and levels" in page
    fields = {"to": "open", "password": PASSWORD, "reason": "The pilot needs it."}
    client.post(url, fields)
    assert Study.objects.get().state == State.OPEN


def test_command_prints_every_channel_and_fails_for_a_leak(leaking, capsys):
    with pytest.raises(CommandError, match="size, depth and levels"):
        call_command("leakcheck", leaking.study.slug, "--permutations", "99")
    out = capsys.readouterr().out
    assert "dimensions  packaging" in out
    assert "too few cases" in out
    with pytest.raises(CommandError, match="no study"):
        call_command("leakcheck", "nothing")
