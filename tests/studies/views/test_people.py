"""People join by a link that holds once; coordinators stay blinded; a copy brings settings and no reading."""

from __future__ import annotations

import datetime
import re

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from studies.models.audit import AuditEvent
from studies.models.invitation import Invitation
from studies.models.study import Membership, State, Study
from studies.selectors.audit import chain_verify
from studies.services import lifecycle
from studies.services.members import member_add
from tests.studies.conftest import PASSWORD, person
from webapp.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client, draft):
    client.force_login(draft.owner)
    return client


def post(client, study, name, **fields):
    return client.post(reverse(f"studies:{name}", args=[study.slug]), fields, follow=True)


def link(client, study, **fields):
    text = post(client, study, "invitation-add", **fields).content.decode()
    return re.search(r"/join/[\w-]{22}/", text).group()


def test_new_reader_joins_by_link_with_an_account_of_their_own(owner, draft, client):
    url = link(owner, draft.study, email="eve@example.org")
    assert url in mail.outbox[0].body
    client.logout()
    assert "Small study" in client.get(url).content.decode()
    assert client.post(url, {"username": "eve", "password": "short"}).status_code == 400
    assert not User.objects.filter(username="eve").exists()
    joined = client.post(url, {"username": "eve", "password": PASSWORD})
    assert joined.url == reverse("studies:reader-home")
    eve = User.objects.get(username="eve")
    assert (eve.role, eve.email) == ("reader", "eve@example.org")
    assert draft.study.participants.filter(membership__user=eve).exists()
    client.logout()
    assert client.post(url, {"username": "mallory", "password": PASSWORD}).status_code == 404
    assert chain_verify(draft.study).ok
    assert "example.org" not in repr([event.body for event in AuditEvent.objects.all()])


@pytest.mark.parametrize("how", ["withdrawn", "expired", "unknown"])
def test_link_that_does_not_hold_looks_the_same(owner, draft, how):
    url = link(owner, draft.study)
    if how == "withdrawn":
        post(owner, draft.study, "invitation-withdraw", invitation=Invitation.objects.get().pk)
    elif how == "expired":
        Invitation.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    else:
        url = "/join/" + "x" * 22 + "/"
    response = owner.get(url)
    assert response.status_code == 404
    assert "does not hold any more" in response.content.decode()


def test_token_of_a_link_is_stored_nowhere(owner, draft):
    token = link(owner, draft.study).split("/")[2]
    assert token not in repr(list(Invitation.objects.values()))


def test_used_link_has_a_user_in_the_database(owner, draft):
    link(owner, draft.study)
    with pytest.raises(DatabaseError), transaction.atomic():
        Invitation.objects.update(used_at=timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        Invitation.objects.update(role="owner")


def test_coordinator_runs_the_study_and_never_sees_an_origin(owner, draft, client):
    person("cora", "staff")
    post(owner, draft.study, "member-add", username="cora", role="coordinator")
    client.force_login(User.objects.get(username="cora"))
    for state in ("draft", "locked", "open", "closed", "unblinded"):
        text = client.get(reverse("studies:study", args=[draft.study.slug])).content.decode()
        for word in ("is-synthetic", "is-original", "2 synthetic", "synthetic images", "2 original"):
            assert word not in text, (state, word)
        step = {"draft": "lock", "locked": "open", "open": "close", "closed": "unblind"}.get(state)
        if step:
            getattr(lifecycle, f"study_{step}")(draft.study, draft.owner)
    assert client.get(reverse("studies:results", args=[draft.study.slug])).status_code == 403
    assert client.get(reverse("imaging:library")).status_code == 403


def test_coordinator_takes_no_step_of_the_owner(draft, client):
    person("cora", "staff")
    member_add(draft.study, "cora", "coordinator", draft.owner)
    client.force_login(User.objects.get(username="cora"))
    text = post(client, draft.study, "study-move", to="lock", password=PASSWORD).content.decode()
    assert "does not take this step" in text
    assert Study.objects.get().state == State.DRAFT


@pytest.mark.parametrize(
    ("name", "words"), [("ada", "reads or draws"), ("nobody", "no account"), ("owner", "already")]
)
def test_who_can_not_be_staff_is_told_why(owner, draft, name, words):
    assert words in post(owner, draft.study, "member-add", username=name, role="analyst").content.decode()
    assert Membership.objects.filter(role="analyst").count() == 0


def test_member_leaves_and_owner_stays(owner, draft):
    person("ann", "staff")
    post(owner, draft.study, "member-add", username="ann", role="analyst")
    post(owner, draft.study, "member-remove", username="ann")
    post(owner, draft.study, "member-remove", username="owner")
    assert list(Membership.objects.exclude(role="reader").values_list("role", flat=True)) == ["owner"]


def test_readers_who_have_not_finished_are_reminded(client, opened):
    User.objects.filter(pk=opened.reader.pk).update(email="ada@example.org")
    client.force_login(opened.owner)
    text = post(client, opened.study, "reminders").content.decode()
    assert "1 reminded; 1 without an address." in text
    assert mail.outbox[0].to == ["ada@example.org"]
    assert "4 cases" in mail.outbox[0].body


def test_copy_brings_settings_and_images_and_nothing_that_was_read(client, opened):
    client.force_login(opened.owner)
    post(client, opened.study, "study-copy", title="Second run", cases="on")
    made = Study.objects.get(title="Second run")
    assert made.state == State.DRAFT
    assert made.protocols.get().body == opened.study.protocols.get().body
    assert made.protocols.get().locked_at is None
    assert made.cases.count() == 4
    assert not set(made.cases.values_list("code", flat=True)) & set(
        opened.study.cases.values_list("code", flat=True)
    )
    assert made.participants.count() == 0
    assert made.seed is None
