"""Lock and unblind are signed: the right password, a stated meaning, and an event that repeats it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from studies.errors import SignatureError
from studies.models.audit import AuditEvent
from studies.models.signature import Act, Signature
from studies.models.study import State, Study
from studies.selectors.audit import chain_verify
from studies.services import lifecycle
from studies.services.signatures import MEANINGS, signature_check
from tests.studies.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def test_signed_lock_stores_who_what_and_why_in_row_and_chain(draft):
    signed = signature_check(draft.study, draft.owner, Act.LOCK, password=PASSWORD)
    lifecycle.study_lock(draft.study, draft.owner, signed)
    signature = Signature.objects.get()
    assert (signature.user, signature.act, signature.meaning) == (draft.owner, "lock", MEANINGS[Act.LOCK])
    assert signature.event.kind == "study.locked"
    assert signature.event.body["meaning"] == MEANINGS[Act.LOCK]
    assert chain_verify(draft.study).ok


def test_wrong_password_signs_nothing_and_is_recorded(draft):
    with pytest.raises(SignatureError, match="password is wrong"):
        signature_check(draft.study, draft.owner, Act.LOCK, password="guess")
    assert AuditEvent.objects.latest("seq").kind == "signature.refused"
    assert not Signature.objects.exists()


def test_signature_of_one_act_does_not_serve_another(opened):
    study = lifecycle.study_close(opened.study, opened.owner)
    signed = signature_check(study, opened.owner, Act.LOCK, password=PASSWORD)
    with pytest.raises(SignatureError, match="expected one"):
        lifecycle.study_unblind(study, opened.owner, signed)
    assert Study.objects.get().state == State.CLOSED


@pytest.mark.parametrize("password", ["", "wrong", None])
def test_page_does_not_lock_without_the_password(client, draft, password):
    client.force_login(draft.owner)
    fields = {"to": "lock"} | ({} if password is None else {"password": password})
    text = client.post(
        reverse("studies:study-move", args=[draft.study.slug]), fields, follow=True
    ).content.decode()
    assert "The password is wrong. Nothing was done." in text
    assert Study.objects.get().state == State.DRAFT


def test_page_does_not_close_when_the_unblinding_is_not_signed(client, opened):
    client.force_login(opened.owner)
    client.post(reverse("studies:study-move", args=[opened.study.slug]), {"to": "close-unblind", "password": "no"})
    assert Study.objects.get().state == State.OPEN


def test_record_page_and_file_show_the_signed_act(client, draft):
    client.force_login(draft.owner)
    client.post(reverse("studies:study-move", args=[draft.study.slug]), {"to": "lock", "password": PASSWORD})
    page = client.get(reverse("studies:record", args=[draft.study.slug]), {"verify": "1"}).content.decode()
    assert "The chain is whole" in page
    assert MEANINGS[Act.LOCK] in page
    file = client.get(reverse("studies:record-file", args=[draft.study.slug]))
    assert len(list(file.streaming_content)) == AuditEvent.objects.count()
