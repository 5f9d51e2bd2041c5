"""Who may open which address of the site: the whole table, made from the addresses and the rules.

The rules of a study's own addresses are `studies.permissions`, which the views obey; those of the other rooms
are stated here, and a test holds both against what the site really answers.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver
from django.urls.resolvers import URLResolver

from studies.models.study import MemberRole
from studies.permissions import BY_STEP, allowed_roles

VISITOR, READER, DEMO, OTHER = "visitor", "reader", "demo user", "staff of no role here"
COORDINATOR, ANALYST, OWNER = "coordinator", "analyst", "owner"
PEOPLE = (VISITOR, READER, DEMO, OTHER, COORDINATOR, ANALYST, OWNER)
STAFF_PEOPLE = frozenset({OTHER, COORDINATOR, ANALYST, OWNER})
EVERYBODY = frozenset(PEOPLE)
BY_ROLE = {MemberRole.OWNER: OWNER, MemberRole.COORDINATOR: COORDINATOR, MemberRole.ANALYST: ANALYST}
# First prefix that fits decides. The owner's account is a study admin's; the other staff have staff accounts.
ROOMS: tuple[tuple[str, frozenset[str]], ...] = (
    ("system/health", EVERYBODY),
    ("accounts/tokens/", STAFF_PEOPLE),
    ("accounts/sign-", EVERYBODY),
    ("accounts/code/", EVERYBODY),  # after a right password; others are led to the sign-in page
    ("accounts/", EVERYBODY - {VISITOR}),
    ("join/", EVERYBODY),
    ("library/", frozenset({OWNER})),
    ("system/", frozenset({OWNER})),
    (".well-known/", EVERYBODY),
    ("metrics", frozenset({OWNER})),  # and whoever brings the token of the settings
    ("generate/batches/", frozenset({OWNER})),
    ("gallery/", frozenset({OWNER, DEMO})),  # visitors too in a demo
    ("generate/", frozenset({OWNER, DEMO})),
    ("api/generation/", frozenset({OWNER, DEMO})),
    ("read/", EVERYBODY - {VISITOR}),
    ("api/r/", frozenset({READER})),
    ("studies/analyze/", frozenset({OWNER})),
    ("studies/", STAFF_PEOPLE),
    ("api/openapi.json", STAFF_PEOPLE),
    ("api/docs/", STAFF_PEOPLE),
    ("compare/", EVERYBODY - {VISITOR}),
    ("display/", EVERYBODY - {VISITOR}),
    ("", EVERYBODY),
)


@dataclass(frozen=True)
class Address:
    """One address, and who may open it.

    Args:
        name: such as `studies:study`.
        path: as it is written in the urlconf.
        methods: what it takes.
        people: who may open it.
    """

    name: str
    path: str
    methods: tuple[str, ...]
    people: frozenset[str]


def addresses() -> list[Address]:
    """Return every address of the site, in order of its path."""
    found = [
        Address(
            name=f"{namespace}:{pattern.name}" if namespace else str(pattern.name),
            path=path,
            methods=methods_of(pattern),
            people=_people(path, str(pattern.name)),
        )
        for namespace, path, pattern in _patterns(get_resolver().url_patterns)
    ]
    return sorted(found, key=lambda address: (address.path, address.name))


def markdown() -> str:
    """Return the table as a page."""
    lines = [
        "# Permissions",
        "",
        "Printed by `manage.py permission_matrix`; a test holds every cell against what the site answers.",
        "",
        "A reader opens only their own reading: `<participant>` and answers of another person are as if they were",
        "not there. A person of no role in a study gets the same answer as for a study that does not exist.",
        "Drawing requests and their pictures are their person's alone. An access token opens what its person may",
        "open under `/studies/`, `/api/studies/`, `/library/`, `/generate/` and `/api/generation/`; it never",
        "reads or signs.",
        "",
        "Answered before Django: `/t/…`, tiles, for the browser session that their signed address was made for;",
        "`/ws/generate/<token>/`, the websocket of a request, for its person and for study admins, and only to",
        "pages of this site; `/static/…`, scripts and styles, for everybody; `/system/live` and `/system/ready`,",
        "for everybody whom the proxy lets through.",
        "",
        "| address | method | " + " | ".join(PEOPLE) + " |",
        "| --- | --- |" + " --- |" * len(PEOPLE),
    ]
    for address in addresses():
        cells = " | ".join("yes" if person in address.people else "–" for person in PEOPLE)
        lines.append(f"| `/{_readable(address.path)}` | {', '.join(address.methods)} | {cells} |")
    lines += ["", "## Steps of a study", ""]
    lines += ["Lock and unblind ask for the password again; so does opening in spite of a leak."]
    lines += ["", "| step | coordinator | analyst | owner |", "| --- | --- | --- | --- |"]
    for step, roles in BY_STEP.items():
        cells = " | ".join("yes" if role in {BY_ROLE[one] for one in roles} else "–" for role in PEOPLE[4:])
        lines.append(f"| {step} | {cells} |")
    return "\n".join(lines) + "\n"


def methods_of(pattern: URLPattern) -> tuple[str, ...]:
    """Return the methods that an address takes."""
    view: Any = pattern.callback
    cls = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if cls is not None:
        return tuple(method.upper() for method in ("get", "post", "put", "delete") if hasattr(cls, method))
    while view is not None:
        free = inspect.getclosurevars(view).nonlocals if inspect.isfunction(view) else {}
        if free.get("request_method_list"):
            return tuple(free["request_method_list"])
        view = getattr(view, "__wrapped__", None)
    return ("GET",)


def _people(path: str, name: str) -> frozenset[str]:
    if path.startswith(("studies/<slug:slug>", "api/studies/<slug:slug>")) or name == "case-add":
        return frozenset(BY_ROLE[role] for role in allowed_roles(name))
    return next(people for prefix, people in ROOMS if path.startswith(prefix))


def _readable(path: str) -> str:
    return re.sub(r"\(\?P<(\w+)>[^()]*\)", r"<\1>", path).translate({ord(mark): None for mark in "^$\\"})


def _patterns(patterns: Any, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    for entry in patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry.url_patterns, path, entry.namespace or namespace)
        else:
            yield namespace, path, entry
