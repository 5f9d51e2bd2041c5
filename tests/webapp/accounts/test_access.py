"""An access token opens the staff's addresses as its person, and nothing else."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.studies.conftest import draft, opened, person, small_protocol  # noqa: F401 - fixtures
from webapp.accounts.access import PREFIX, access_token_create, access_token_revoke
from webapp.accounts.models import AccessToken, User
from webapp.core.errors import DomainError, NotAllowedError, NotFoundError

pytestmark = pytest.mark.django_db


def sent(secret):
    return {"authorization": f"Bearer {secret}"}


def test_token_reads_as_its_person(client, opened):  # noqa: F811
    _, secret = access_token_create(opened.owner, name="progress")
    answer = client.get(reverse("studies:progress", args=[opened.study.slug]), headers=sent(secret))
    assert answer.json()["state"] == "open"
    assert AccessToken.objects.get().last_used_at is not None
    assert "sessionid" not in answer.cookies


def test_token_that_may_read_changes_nothing_and_one_that_may_write_does(client, opened):  # noqa: F811
    url = reverse("studies:study-move", args=[opened.study.slug])
    _, reading = access_token_create(opened.owner, name="r")
    _, writing = access_token_create(opened.owner, name="w", may_write=True)
    client.handler.enforce_csrf_checks = True
    assert client.post(url, {"to": "pause"}, headers=sent(reading)).status_code == 403
    assert client.post(url, {"to": "pause"}, headers=sent(writing)).status_code == 302
    opened.study.refresh_from_db()
    assert opened.study.state == "paused"


@pytest.mark.parametrize("path", ["/read/", "/accounts/tokens/", "/api/r/x/next/", "/", "/system/"])
def test_token_opens_no_other_room(client, opened, path):  # noqa: F811
    _, secret = access_token_create(opened.owner, name="r", may_write=True)
    assert client.get(path, headers=sent(secret)).status_code == 403


@pytest.mark.parametrize("how", ["revoked", "expired", "unknown", "inactive", "role"])
def test_token_that_does_not_hold_is_refused(client, opened, how):  # noqa: F811
    row, secret = access_token_create(opened.owner, name="r")
    if how == "revoked":
        access_token_revoke(opened.owner, row.pk)
    elif how == "expired":
        AccessToken.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    elif how == "unknown":
        secret = PREFIX + "x" * 44
    elif how == "inactive":
        User.objects.filter(pk=opened.owner.pk).update(is_active=False)
    else:
        User.objects.filter(pk=opened.owner.pk).update(role="reader")
    answer = client.get(reverse("studies:progress", args=[opened.study.slug]), headers=sent(secret))
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "token"


def test_secret_is_shown_once_and_stored_nowhere(client, db):
    client.force_login(person("owner", "admin"))
    url = reverse("accounts:tokens")
    page = client.post(url, {"name": "nightly", "days": "30"}).content.decode()
    secret = page.split(PREFIX)[1].split("<")[0]
    assert len(secret) == 44
    assert secret not in client.get(url).content.decode()
    assert secret not in repr(list(AccessToken.objects.values()))
    client.post(url, {"revoke": AccessToken.objects.get().pk})
    assert "nightly" not in client.get(url).content.decode()


def test_bad_requests_for_tokens_are_told_why(client, db):
    owner = person("owner", "admin")
    with pytest.raises(DomainError, match="1 to 60"):
        access_token_create(owner, name=" ")
    with pytest.raises(DomainError, match="1 to 365"):
        access_token_create(owner, name="x", days=0)
    with pytest.raises(NotAllowedError):
        access_token_create(person("ada", "reader"), name="x")
    with pytest.raises(NotFoundError):
        access_token_revoke(owner, 7)


def test_description_names_every_api_address_and_its_roles(client, db):
    client.force_login(person("owner", "admin"))
    document = client.get(reverse("studies:openapi")).json()
    assert document["openapi"].startswith("3.1")
    assert document["paths"]["/api/studies/{slug}/progress/"]["get"]["x-roles"] == [
        "analyst",
        "coordinator",
        "owner",
    ]
    put = document["paths"]["/api/r/responses/{response_id}/"]["put"]
    assert {"200", "201", "default"} <= set(put["responses"])
    identities = [one["operationId"] for operations in document["paths"].values() for one in operations.values()]
    assert len(identities) == len(set(identities))
    page = client.get(reverse("studies:api-docs")).content.decode()
    assert all(path in page for path in document["paths"])
