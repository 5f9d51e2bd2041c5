"""Made-up requests to every operation and every form: nothing fails inside, and answers are as described."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from studies.api.description import document
from studies.matrix import addresses
from studies.models.trial import Trial
from studies.services.responses import trial_serve
from tests.studies.conftest import person
from tests.webapp.generation.conftest import card  # noqa: F401
from webapp.generation import api, engine
from webapp.generation.services.requests import request_create

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.flow]
ROOT = Path(__file__).resolve().parents[3]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
BOUNDED = settings(
    max_examples=12,
    database=None,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
# What breaks parsers, databases and formats: in forms and queries, where no schema says what comes.
NASTY = [
    "", "\x00", "a\x00b", "-1", "99999999999999999999", "1e999", "NaN", "'\"><", "=1+1", "\u202e",
    "\U0001f9ea" * 300, "{}", "[]", "null", "../../etc/passwd", "%s%n{0}", "x" * 70_000,
]  # fmt: skip


@pytest.fixture
def site(opened, monkeypatch, card, settings):  # noqa: F811
    """People with their cookies, and true values for the addresses, to get behind the first check."""
    settings.SECURE_SSL_REDIRECT = False
    monkeypatch.setattr(engine, "bundle_card", lambda name=None: card)
    monkeypatch.setattr(api, "ring", lambda identity: None)
    demo = person("dee", "demo")
    asked = request_create(user=demo, card=card, raw={"seed": "7"})
    first, second = Trial.objects.filter(participant=opened.participants[0]).order_by("index")[:2]
    trial_serve(second)  # a case that was shown takes events
    values = {
        "slug": opened.study.slug,
        "participant": opened.participants[0].token,
        "trial": second.token,
        "answered": first.token,  # answered by the first request that is whole; drafts are of the next case then
        "token": asked.token,
    }
    people = {"nobody": None, "reader": opened.reader, "owner": opened.owner, "demo": demo}
    return {name: cookies_of(user) for name, user in people.items()}, values


# What takes the place of made-up parts, at times.
TRUE = {"client_at": "2026-01-01T10:00:00Z", "revision": 1, "marks": [], "active_ms": 5,
        "answers": {"origin": "real", "confidence": 1, "birads": "1", "density": "b"}}  # fmt: skip
# What made-up requests must come through to, by whom.
REACHED = {
    "nobody": set(),
    "reader": {"next-get", "response-put", "sittings-post", "draft-put", "interactions-post"},
    "owner": {"progress-get", "api-export-get", "openapi-get", "api-docs-get", "model-get", "requests-post"},
    "demo": {"model-get", "requests-get", "requests-post", "request-get", "request-delete"},
}


def cookies_of(user):
    client = Client()
    if user is not None:
        client.force_login(user)
    client.get(reverse("accounts:sign-in"))
    found = {name: morsel.value for name, morsel in client.cookies.items()}
    return found | {"csrftoken": found.get("csrftoken", "c" * 32)}


@pytest.mark.parametrize("name", ["nobody", "reader", "owner", "demo"])
def test_every_operation_answers_as_it_is_described(name, site):
    people, values = site
    cookies = people[name]
    described = document()
    described["paths"] = {path: found for path, found in described["paths"].items() if path.startswith("/api/")}
    schema = schemathesis.openapi.from_dict(described)
    schema.app = WSGIHandler()
    reached = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            reached |= ask_all(operation, mode, values, cookies, refused=name == "nobody")
    assert reached >= REACHED[name], "the requests did not get behind the first check"


def ask_all(operation, mode, values, cookies, *, refused):
    takes = operation.body or operation.path_parameters or operation.headers
    reached = set()
    if mode == GenerationMode.NEGATIVE and not takes:
        return reached  # an operation that takes nothing can't be asked wrongly
    cases = operation.as_strategy(generation_mode=mode)

    @BOUNDED
    @given(case=cases, true=st.booleans(), whole=st.booleans())
    def ask(case, true, whole):
        if true:
            case.headers.pop("Authorization", None)  # a made-up token hides the session
            known = {key: value for key, value in values.items() if key in case.path_parameters}
            case.path_parameters = {**case.path_parameters, **known}
            if "slug" in known and "kind" in case.path_parameters:
                case.path_parameters["kind"] = "codebook"
            if whole and "If-Match" in case.headers:
                case.headers["If-Match"] = '"0"'
            if isinstance(case.body, dict):
                case.body = {**case.body, **{key: TRUE[key] for key in case.body if key in TRUE and whole}}
                if "trial" in case.body:
                    case.body["trial"] = values["answered"]
        case.cookies = {}
        response = case.call(headers={"X-CSRFToken": cookies["csrftoken"]}, cookies=cookies)
        case.validate_response(response, checks=CHECKS)
        if response.status_code < 300:
            reached.add(operation.definition.raw["operationId"])
        if refused:
            assert response.status_code in {302, 401, 403, 404, 405}, (operation.label, response.status_code)

    ask()
    return reached


def form_fields():
    """Every name that a view reads of a form or a query."""
    sources = [path for room in ("webapp", "studies") for path in (ROOT / room).rglob("*.py")]
    reads = re.compile(r'(?:POST|GET|data|fields|query)\.(?:get|getlist)\(\s*"(\w+)"')
    return sorted({name for path in sources for name in reads.findall(path.read_text())})


FIELDS = form_fields()


@settings(BOUNDED, max_examples=4)
@given(
    fields=st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(NASTY), min_size=3, max_size=len(FIELDS)),
    part=st.sampled_from(["x", "a\x00b", "x" * 22, "\U0001f9ea", "..", "%00"]),
)
def run_over_every_address(clients, values, fields, part):
    for address in addresses():
        keys = re.findall(r"<(?:\w+:)?(\w+)>", address.path.replace("(?P", ""))
        given_values = {key: values.get(key, part) for key in keys}
        try:
            url = reverse(address.name, kwargs=given_values)
        except Exception:  # this part does not fit this address
            url = reverse(address.name, kwargs={key: values.get(key, "x" * 22) for key in keys})
        for client in clients:
            for method in address.methods:
                if address.name == "accounts:sign-out":
                    continue
                answer = getattr(client, method.lower())(
                    url, fields if method in {"GET", "HEAD", "POST"} else "{}"
                )
                assert answer.status_code < 500, (method, url, fields, answer.status_code)


def test_no_address_fails_inside_whatever_its_form_holds(site, opened):
    _, values = site
    clients = []
    for user in (opened.owner, opened.reader):
        client = Client(raise_request_exception=True)
        client.force_login(user)
        clients.append(client)
    assert len(FIELDS) > 30
    run_over_every_address(
        clients, values | {"response_id": uuid.uuid4(), "step": "cases", "kind": "png", "form": "csv"}
    )
