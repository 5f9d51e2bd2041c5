"""`verify_chain` and `audit_heads` say what they find, and a broken chain is a failed command."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from studies.models.audit import AuditEvent
from studies.models.signature import AuditHead
from tests.studies.conftest import unguard

pytestmark = pytest.mark.django_db


def test_whole_chain_is_said_with_its_head(opened, capsys):
    call_command("audit_heads")
    call_command("verify_chain", opened.study.slug)
    head = AuditHead.objects.get()
    out = capsys.readouterr().out
    assert f"{opened.study.slug} {head.seq} {head.hash}" in out
    assert f"whole, {head.seq} events, head {head.hash}" in out


def test_broken_chain_fails_and_names_the_event(opened, capsys):
    unguard()
    AuditEvent.objects.filter(seq=2).update(kind="other")
    with pytest.raises(CommandError, match="1 of 1 records are broken"):
        call_command("verify_chain", "--json")
    assert json.loads(capsys.readouterr().out)[0]["broken_seq"] == 2


def test_unknown_study_is_said(db):
    with pytest.raises(CommandError, match="no study 'nothing'"):
        call_command("verify_chain", "nothing")
