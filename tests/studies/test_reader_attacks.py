"""A reader with developer tools: what was tried to become more, to see others, and to know a case again."""

from __future__ import annotations

import json
import uuid

import pytest
from django.urls import reverse

from studies.models.response import Response
from studies.models.study import Membership
from studies.models.trial import Trial
from tests.studies.api.test_reader import body, present, put
from tests.studies.conftest import PASSWORD
from webapp.accounts.models import AccessToken, Role
from webapp.imaging.tile_address import COOKIE

pytestmark = pytest.mark.django_db

MORE = {"role": "admin", "is_staff": "1", "is_superuser": "1", "session_epoch": "9", "username": "boss"}


def test_no_form_of_a_reader_changes_what_they_may_do(reader_client, opened):
    before = {key: getattr(opened.reader, key) for key in MORE}
    new = {
        "old_password": PASSWORD,
        "new_password1": "quite another phrase",
        "new_password2": "quite another phrase",
    }
    for name, fields in (
        ("accounts:password", new),
        ("accounts:second-factor", {}),
        ("accounts:tokens", {"name": "x", "days": "9", "write": "on"}),
        ("studies:reader-home", {}),
        ("viewer:display-save", {}),
    ):
        reader_client.post(reverse(name), {**fields, **MORE})
    opened.reader.refresh_from_db()
    assert {key: getattr(opened.reader, key) for key in MORE} == before
    assert not AccessToken.objects.exists()


def test_invitation_gives_the_role_of_the_link_whatever_the_form_says(client, opened):
    from studies.services.invitations import invitation_make

    _, token = invitation_make(opened.study, opened.owner, role="reader")
    fields = {"username": "mallory", "password": "a long enough phrase"}
    client.post(reverse("studies:join", args=[token]), {**MORE, **fields, "role": "owner"})
    joined = Membership.objects.get(user__username="mallory")
    assert (joined.role, joined.user.role, joined.user.is_staff) == ("reader", Role.READER, False)


def test_answer_takes_no_field_beside_its_own(reader_client, opened):
    other = opened.participants[1]
    token = present(reader_client, opened).json()["token"]
    extra = {"participant": other.pk, "reader_code": other.reader_code, "server_at": "2000-01-01", "done": 4}
    assert put(reader_client, body(token, **extra)).status_code == 201
    stored = Response.objects.get()
    assert stored.trial.participant_id == opened.participants[0].pk
    assert stored.server_at.year > 2000
    other.refresh_from_db()
    assert other.done == 0


def test_trials_of_others_and_coming_ones_are_not_there_for_any_address(reader_client, opened):
    present(reader_client, opened)
    others = Trial.objects.filter(participant=opened.participants[1]).values_list("token", flat=True)
    coming = Trial.objects.filter(participant=opened.participants[0], index__gt=1).values_list("token", flat=True)
    for token in [*others, *coming, "x" * 22]:
        lesson = reader_client.get(reverse("studies:lesson", args=[token]))
        assert lesson.status_code == 404
        events = {"batch": str(uuid.uuid4()), "events": [{"seq": 1, "t": 1, "kind": "zoom", "data": {}}]}
        url = reverse("studies:interactions", args=[token])
        assert reader_client.post(url, json.dumps(events), content_type="application/json").status_code in {
            404,
            409,
        }
        url = reverse("studies:draft", args=[token])
        headers = {"If-Match": '"0"'}
        answer = reader_client.put(url, "{}", content_type="application/json", headers=headers)
        assert answer.status_code in {404, 409}
    assert not Response.objects.exists()


def test_repeated_case_is_not_known_by_its_address(reader_client, opened):
    first = present(reader_client, opened).json()
    assert put(reader_client, body(first["token"], marks=[])).status_code == 201
    shown, again = Trial.objects.filter(participant=opened.participants[0]).order_by("index")[:2]
    assert first["upcoming"] is not None
    second = present(reader_client, opened).json()
    assert second["image"]["tiles"] == first["upcoming"]["tiles"]  # so that the browser's cache works
    from webapp.imaging.models import TileAlias

    aliases = TileAlias.objects.filter(purpose__in=[shown.token, again.token])
    assert len({row.alias for row in aliases}) == 2
    assert not TileAlias.objects.filter(purpose="").exists()


def test_tile_address_of_another_reader_opens_nothing(reader_client, opened, client):
    from django.test import Client

    from webapp.imaging.tile_address import is_signed

    base = present(reader_client, opened).json()["image"]["tiles"]
    _, _, alias, expires, given = base.split("/")
    mine = reader_client.cookies[COOKIE].value
    assert is_signed(alias, expires, given, mine)
    other = Client()
    other.force_login(opened.readers[1])
    present(other, opened, 1)
    assert not is_signed(alias, expires, given, other.cookies[COOKIE].value)


def test_answers_say_nothing_of_other_readers(reader_client, opened):
    other = opened.participants[1]
    pages = [reverse("studies:reader-home"), reverse("studies:reading", args=[opened.participants[0].token]),
             reverse("studies:next", args=[opened.participants[0].token]),
             reverse("studies:receipt", args=[opened.participants[0].token])]  # fmt: skip
    for url in pages:
        text = reader_client.get(url).content.decode()
        for secret in (other.token, other.reader_code, opened.readers[1].username):
            assert secret not in text, url
