"""What the studies' programming interface takes and answers, as JSON Schema, for `studies.api.description`.

Every object that we answer is closed: a field that is not listed here is a mistake, and to a reader a leak.
"""

from __future__ import annotations

from typing import Any

from studies.models.case import AssetState
from studies.models.study import State
from studies.services.interactions import BATCH_MOST, KINDS

Schema = dict[str, Any]

MOST_MS = 24 * 60 * 60 * 1000
COUNT: Schema = {"type": "integer", "minimum": 0}
TEXT: Schema = {"type": "string"}
TOKEN: Schema = {"type": "string", "pattern": r"^[A-Za-z0-9_-]{22}$"}
SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
ANY_OBJECT: Schema = {"type": "object"}
TIME: Schema = {"type": "string", "format": "date-time", "description": "with its zone; 1970 to 2099"}


def closed(properties: dict[str, Schema], description: str = "") -> Schema:
    """Return the schema of an object with all of these fields and no other."""
    body: Schema = {"type": "object", "properties": properties, "required": list(properties)}
    return body | {"additionalProperties": False} | ({"description": description} if description else {})


def nullable(schema: Schema) -> Schema:
    """Return the schema of this or nothing."""
    return {"anyOf": [schema, {"type": "null"}]}


ERROR = closed(
    {"error": closed({"code": TEXT, "message": TEXT, "field": {"type": ["string", "null"]}})},
    "why it was refused, for people and for programs",
)
ANSWER: Schema = {
    "type": "object",
    "required": ["trial", "revision", "answers", "marks", "client_at", "active_ms"],
    "properties": {
        "trial": {**TEXT, "description": "token of the present trial"},
        "revision": {"type": "integer", "minimum": 1, "maximum": 1},
        "answers": {**ANY_OBJECT, "description": "answer by question key"},
        "marks": {"type": "array", "items": ANY_OBJECT},
        "client_at": TIME,
        "active_ms": {**COUNT, "maximum": MOST_MS},
    },
}
WINDOW = closed({"center": {"type": "number"}, "width": {"type": "number"}, "function": TEXT})
MANIFEST = closed(
    {
        "tiles": {"type": "string", "pattern": "^/t/", "description": "base of the tiles' addresses"},
        "width": COUNT,
        "height": COUNT,
        "tileSize": COUNT,
        "overlap": COUNT,
        "minLevel": COUNT,
        "maxLevel": COUNT,
        "bits": COUNT,
        "window": WINDOW,
        "presets": {"type": "array", "maxItems": 0, "description": "none: only some pictures have them"},
        "spacingMm": {"type": "null", "description": "none: only some pictures have it"},
        "spacingKind": {"const": ""},
    },
    "a picture; the same fields and kinds of values for every case",
)
CASE = closed(
    {
        "token": TOKEN,
        "index": {"type": "integer", "minimum": 1},
        "count": COUNT,
        "acknowledged": {**COUNT, "description": "answers that are stored"},
        "training": {"type": "boolean"},
        "condition": {"type": "string", "description": "of a crossover; blank elsewhere"},
        "breakEvery": COUNT,
        "require": TEXT,
        "image": MANIFEST,
        "right": nullable(MANIFEST),
        "upcoming": nullable(MANIFEST),
        "draft": nullable(closed({"version": COUNT, "body": ANY_OBJECT})),
        "questions": {"type": "array", "items": ANY_OBJECT},
        "studyTitle": TEXT,
        "readerCode": TEXT,
    },
    "the reader's present case",
)
DEVICE: Schema = {
    "type": "object",
    "required": ["client_at"],
    "properties": {"client_at": TIME, "screen": ANY_OBJECT, "take_over": {"type": "boolean"}},
}
EVENT: Schema = {
    "type": "object",
    "required": ["seq", "t", "kind", "data"],
    "properties": {
        "seq": {**COUNT, "maximum": 1_000_000},
        "t": {**COUNT, "maximum": MOST_MS, "description": "milliseconds since the case came up"},
        "kind": {"enum": sorted(KINDS)},
        "data": ANY_OBJECT,
    },
}
EVENTS: Schema = {
    "type": "object",
    "required": ["batch", "events"],
    "properties": {
        "batch": {"type": "string", "format": "uuid"},
        "events": {"type": "array", "items": EVENT, "maxItems": BATCH_MOST},
    },
}
RECEIPT = closed({"sha256": SHA256, "done": COUNT, "count": COUNT})
PROGRESS = closed(
    {
        "state": {"enum": State.values},
        "pictures": closed(dict.fromkeys(AssetState.values, COUNT)),
        "readers": {
            "type": "array",
            "items": closed(
                {
                    "readerCode": TEXT,
                    "done": COUNT,
                    "count": COUNT,
                    "secondsPerCase": {"type": ["number", "null"]},
                    "lastSeen": {"type": ["string", "null"], "format": "date-time"},
                }
            ),
        },
    }
)
CONFLICT = {
    **closed({**ERROR["properties"], "version": COUNT, "draft": ANY_OBJECT}),
    "description": "what another window stored",
}
WORDS = {"is": {"enum": ["real", "synthetic"]}, "said": TEXT}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
}
SITTING = {"name": "X-Sitting", "in": "header", "required": False, "schema": TEXT}


def json_of(schema: Schema | None, description: str) -> Schema:
    """Return an OpenAPI answer of this JSON; of no body at all where there is no schema."""
    return {"description": description} | ({"content": {"application/json": {"schema": schema}}} if schema else {})


def body_of(schema: Schema) -> Schema:
    """Return an OpenAPI request body of this JSON."""
    return {"required": True, "content": {"application/json": {"schema": schema}}}


# By the address's name and the method: what an operation of OpenAPI has beside what all of them have.
OPERATIONS: dict[tuple[str, str], Schema] = {
    ("next", "get"): {
        "parameters": [SITTING],
        "responses": {"200": json_of(CASE, "The case."), "204": json_of(None, "All are answered.")},
    },
    ("sittings", "post"): {
        "requestBody": body_of(DEVICE),
        "responses": {
            "201": json_of(
                closed({"sitting": TOKEN, "number": COUNT, "clockOffsetMs": {"type": "integer"}}), "It began."
            )
        },
    },
    ("draft", "put"): {
        "parameters": [IF_MATCH],
        "requestBody": body_of(ANY_OBJECT),
        "responses": {"200": json_of(closed({"version": COUNT}), "Kept."), "412": json_of(CONFLICT, "Not kept.")},
    },
    ("lesson", "get"): {"responses": {"200": json_of(closed(WORDS), "What was true of a training case.")}},
    ("interactions", "post"): {
        "requestBody": body_of(EVENTS),
        "responses": {"201": json_of(closed({"stored": COUNT}), "How many of the batch are stored.")},
    },
    ("response", "put"): {
        "parameters": [SITTING],
        "requestBody": body_of({"$ref": "#/components/schemas/Answer"}),
        "responses": {
            "200": json_of(RECEIPT, "Stored before, with the same content."),
            "201": json_of(RECEIPT, "Stored for the first time."),
        },
    },
    ("progress", "get"): {"responses": {"200": json_of(PROGRESS, "Counts and times, never the truth.")}},
    ("openapi", "get"): {"responses": {"200": json_of(ANY_OBJECT, "This description.")}},
    ("api-docs", "get"): {
        "responses": {
            "200": {"description": "A page.", "content": {"text/html": {}}},
            # A page that says why not; to a token that does not hold, JSON.
            "default": {"description": "Refused.", "content": {"text/html": {}, "application/json": {}}},
        }
    },
    ("api-export", "get"): {"responses": {"200": {"description": "The file.", "content": {"*/*": {}}}}},
}
