"""A rehearsal goes through the reader API and leaves nothing behind."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from studies.models.audit import AuditEvent
from studies.models.participant import Participant
from studies.models.response import Response
from webapp.accounts.models import User

pytestmark = pytest.mark.django_db


def rehearse(study, **options):
    out = io.StringIO()
    call_command("rehearse", study.slug, json=True, stdout=out, **options)
    return json.loads(out.getvalue())


def test_rehearse_stores_each_answer_once_and_keeps_nothing(draft):
    before = [model.objects.count() for model in (User, Participant, Response, AuditEvent)]
    result = rehearse(draft.study, readers=3, seed=4, dropouts=1)
    assert [one["stored"] for one in result["readers"]] == [2, 4, 4]
    assert (result["lost_or_doubled"], result["chain_intact"], result["simulated"]) == (0, True, True)
    assert [model.objects.count() for model in (User, Participant, Response, AuditEvent)] == before
    draft.study.refresh_from_db()
    assert draft.study.state == "draft"


def test_rehearse_plays_every_fault_without_a_lost_answer(draft, monkeypatch):
    monkeypatch.setattr("studies.services.rehearsal.FAULT_SHARE", 0.5)
    result = rehearse(draft.study, readers=6)
    faults = {kind for one in result["readers"] for kind in one["faults"]}
    assert faults == {"double_click", "lost_reply", "second_tab"}
    assert all(not one["unexpected"] for one in result["readers"])


def test_rehearse_refuses_an_open_study(opened):
    with pytest.raises(CommandError, match="Only a draft"):
        rehearse(opened.study)


def test_rehearse_refuses_table2_with_other_counts(draft):
    with pytest.raises(CommandError, match="expected 182 and 116"):
        rehearse(draft.study, preset="table2")
