"""Every cell of the permission matrix is what the site answers, and the printed page is up to date."""

from __future__ import annotations

import copy
import re
import uuid
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from studies.matrix import ANALYST, COORDINATOR, DEMO, OTHER, OWNER, PEOPLE, READER, VISITOR, addresses, markdown
from studies.permissions import BY_ADDRESS
from studies.services import lifecycle
from studies.services.members import member_add
from tests.studies.conftest import person

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
REFUSALS = {401, 403, 404}
# Their parameters name things of one person alone, or nothing that is there in this study.
OWN = re.compile(
    r"<(request_token|str:token|str:trial|uuid)|step/<slug:kind>|\(\?P<|results/<slug:key>|exports/<slug:kind>"
    r"|^system/health"
)


@pytest.fixture
def clients(opened, settings):
    """One signed-in browser for each column, in an unblinded study with a coordinator and an analyst."""
    settings.SECURITY_CONTACT = "https://reader.example.org/contact"
    for name in ("cora", "ann", "other"):
        person(name, "staff")
    member_add(opened.study, "cora", "coordinator", opened.owner)
    member_add(opened.study, "ann", "analyst", opened.owner)
    lifecycle.study_unblind(lifecycle.study_close(opened.study, opened.owner), opened.owner)
    users = {
        READER: opened.reader, DEMO: person("demo", "demo"), OTHER: "other", COORDINATOR: "cora", ANALYST: "ann",
        OWNER: opened.owner,
    }  # fmt: skip
    found = {VISITOR: Client()}
    for column, user in users.items():
        found[column] = Client()
        found[column].force_login(type(opened.owner).objects.get(username=user) if isinstance(user, str) else user)
    return found


def refused(response):
    led_away = response.status_code == 302 and reverse("accounts:sign-in") in response.url
    return led_away or response.status_code in REFUSALS


def ask(client, address, values, method=None):
    keys = re.findall(r"<(?:\w+:)?(\w+)>", address.path.replace("(?P", ""))
    url = reverse(address.name, kwargs={key: values.get(key, "x" * 22) for key in keys})
    method = (method or address.methods[0]).lower()
    data = {"study": values["slug"]} if address.name == "studies:case-add" else {}
    before = copy.deepcopy(client.cookies)  # a session that was renewed is taken back with the rest
    try:
        with transaction.atomic():
            response = getattr(client, method)(url, data)
            transaction.set_rollback(True)
    except ValueError as error:  # an empty body that only an allowed person's view can stumble over
        pytest.fail(f"{url}: {error}")
    finally:
        client.cookies = before
    return response


def test_every_cell_is_what_the_site_answers(clients, opened):
    values = {
        "slug": opened.study.slug, "participant": opened.participants[0].token, "response_id": uuid.uuid4(),
        "kind": "png", "key": "x", "step": "cases",
    }  # fmt: skip
    wrong = []
    for address in addresses():
        if OWN.search(address.path) or address.name in {"accounts:sign-out", "accounts:code"}:
            continue
        for column in PEOPLE:
            own = "<str:participant>" in address.path
            expected = column == READER if own else column in address.people
            for method in address.methods:
                response = ask(clients[column], address, values, method)
                # What may be seen may still refuse an empty form; what may not be seen refuses every method.
                if refused(response) is expected and (method == address.methods[0] or not expected):
                    wrong.append((address.name, method, column, response.status_code, f"allowed: {expected}"))
    assert not wrong


def test_other_methods_change_nothing_anywhere(clients, opened):
    values = {"slug": opened.study.slug, "participant": opened.participants[0].token, "response_id": uuid.uuid4(),
              "kind": "png", "key": "x", "step": "cases", "form": "csv"}  # fmt: skip
    wrong = []
    for address in addresses():
        if address.name == "accounts:sign-in":  # leads who is signed in to the home page, whatever the method
            continue
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"} - set(address.methods):
            response = ask(clients[OWNER], address, values, method)
            if response.status_code not in {405, *REFUSALS} and not refused(response):
                wrong.append((address.name, method, response.status_code))
    assert not wrong


def test_every_address_of_the_site_is_in_the_matrix_or_named_beside_it():
    """The matrix is made from Django's addresses; these two are answered before Django."""
    from webapp.generation.routing import websocket_urlpatterns
    from webapp.imaging.tile_address import PATH

    assert [str(one.pattern) for one in websocket_urlpatterns] == [r"^ws/generate/(?P<token>[\w-]{22})/$"]
    assert f"`{PATH}…`" in markdown()
    assert "`/ws/generate/<token>/`" in markdown()


def test_addresses_of_one_person_alone_refuse_everybody_else(clients, opened):
    values = {"slug": opened.study.slug, "response_id": uuid.uuid4(), "form": "csv", "kind": "png", "key": "x"}
    for address in addresses():
        if OWN.search(address.path) and not address.path.startswith(("system/health", "join/", "api/r/")):
            for column in PEOPLE:
                if column not in address.people:
                    response = ask(clients[column], address, values)
                    assert refused(response), (address.name, column, response.status_code)


def test_every_listed_address_is_there():
    names = {address.name.partition(":")[2] for address in addresses()}
    assert set(BY_ADDRESS) <= names


def test_unlisted_address_is_the_owners_alone():
    from studies.permissions import allowed_roles

    assert allowed_roles("something-new") == {"owner"}


def test_printed_page_is_up_to_date(capsys):
    call_command("permission_matrix", "--check", str(PAGE))
    call_command("permission_matrix")
    assert capsys.readouterr().out == markdown()


def test_stale_page_is_a_failed_command(tmp_path):
    stale = tmp_path / "permissions.md"
    stale.write_text("old")
    with pytest.raises(CommandError, match="Print it again"):
        call_command("permission_matrix", "--check", str(stale))
