"""The API described: OpenAPI 3.1 made from the addresses themselves, their docstrings and the table of roles."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, get_resolver
from django.urls.resolvers import URLResolver
from django.views.decorators.http import require_GET

from studies.api.schemas import ANSWER, ERROR, OPERATIONS
from studies.matrix import methods_of
from studies.permissions import BY_ADDRESS, allowed_roles
from webapp.accounts.permissions import staff_required

TITLE, VERSION = "MAMBO Reader", "1"
PUBLISHED = ("/api/", "/studies/")
TOKENS = {"token": r"^[\w-]{22}$", "kind": "^[a-z]+$", "slug": "^[a-z0-9-]+$"}  # of path parameters
REFUSED = {
    "description": "Refused; the body says why.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}


@require_GET
@staff_required
def openapi(request: HttpRequest) -> HttpResponse:
    """Send the description of every address as OpenAPI 3.1."""
    return JsonResponse(document())


@require_GET
@staff_required
def api_docs(request: HttpRequest) -> HttpResponse:
    """Show what the API offers, address by address."""
    described = document()
    rows = [
        {"path": path, "method": method.upper(), **operation}
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
    ]
    return render(request, "studies/coordinator/api.html", {"rows": rows, "room": "study"})


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    paths: dict[str, dict[str, Any]] = {}
    for path, pattern in sorted(_patterns(get_resolver().url_patterns, "/"), key=lambda pair: pair[0]):
        if path.startswith(PUBLISHED):
            for method in map(str.lower, methods_of(pattern)):
                paths.setdefault(path, {})[method] = _operation(path, pattern, method)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": VERSION, "description": "Times are UTC. Errors have one shape."},
        "paths": paths,
        "components": {
            "schemas": {"Error": ERROR, "Answer": ANSWER},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "an access token, for staff"},
                "session": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
            },
        },
    }


def _patterns(patterns: Any, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for entry in patterns:
        path = prefix + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", _plain(str(entry.pattern)))
        if isinstance(entry, URLResolver):
            yield from _patterns(entry.url_patterns, path)
        else:
            yield path, entry


def _plain(pattern: str) -> str:
    """Return a regular expression's address as a template: its groups by name, without anchors and escapes."""
    named = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"{\1}", pattern)
    return named.replace("^", "").replace("$", "").replace("\\", "") if "(?P<" in pattern else pattern


def _operation(path: str, pattern: URLPattern, method: str) -> dict[str, Any]:
    name = pattern.name or path
    cls = getattr(pattern.callback, "view_class", None) or getattr(pattern.callback, "cls", None)
    words = inspect.getdoc(getattr(cls, method) if cls else pattern.callback) or name
    reader = path.startswith("/api/r/")
    told = OPERATIONS.get((name, method)) or getattr(cls, "openapi", {}).get(method, {})
    operation: dict[str, Any] = {
        "operationId": f"{name}-{method}",
        "summary": words.splitlines()[0],
        "tags": ["reader" if reader else "staff"],
        "parameters": [*_path_parameters(path, pattern), *told.get("parameters", [])],
        "responses": {"default": REFUSED, **told.get("responses", {"200": {"description": "Done."}})},
        "security": [{"session": []}] if reader else [{"token": []}, {"session": []}],
    }
    if "requestBody" in told:
        operation["requestBody"] = told["requestBody"]
    if name in BY_ADDRESS:
        operation["x-roles"] = sorted(role.value for role in allowed_roles(name))
    return operation


def _path_parameters(path: str, pattern: URLPattern) -> list[dict[str, Any]]:
    """Return the parts of an address that stand for something, with what each may be."""
    converters = {name: type(one).__name__ for name, one in getattr(pattern.pattern, "converters", {}).items()}
    return [
        {
            "name": key,
            "in": "path",
            "required": True,
            "schema": {"type": "string"} | _kind(key, converters.get(key)),
        }
        for key in re.findall(r"{(\w+)}", path)
    ]


def _kind(key: str, converter: str | None) -> dict[str, Any]:
    if converter == "UUIDConverter":
        return {"format": "uuid"}
    return {"pattern": TOKENS[key]} if key in TOKENS else {}
