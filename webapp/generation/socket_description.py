"""The websocket of a request described: AsyncAPI 3.0, with a schema of each message that it sends."""

from __future__ import annotations

from typing import Any

from webapp.generation.consumers import NOT_SIGNED_IN, NOT_YOURS
from webapp.generation.models import Stage, State
from webapp.generation.progress import EVENT_INTERVAL_S
from webapp.generation.selectors import PICTURES

VERSION = "1"
SECONDS = {"type": ["number", "null"], "minimum": 0}
COUNT = {"type": "integer", "minimum": 0}
DRAWING = {
    "state": {"enum": State.values},
    "stateName": {"type": "string", "description": "the state as people read it"},
    "stage": {"enum": ["", *Stage.values], "description": "stage of the cascade; blank before the first"},
    "done": {**COUNT, "description": "patches of the stage that are drawn"},
    "total": {**COUNT, "description": "patches of the stage"},
    "remainingS": {**SECONDS, "description": "seconds left, about; null: nothing to go by"},
    "elapsedS": {**SECONDS, "description": "seconds since the drawing began; null while it waits"},
}
WHOLE = {
    "token": {"type": "string", "pattern": r"^[\w-]{22}$"},
    **DRAWING,
    "ahead": {**COUNT, "description": "requests that are drawn before this one"},
    "cancelling": {"type": "boolean", "description": "it is drawn still, and will be cancelled"},
    "message": {"type": "string", "description": "what went wrong, for the person; blank: nothing"},
    "image": {"type": ["string", "null"], "description": "token of the finished picture"},
    "version": {**COUNT, "description": "number of the growing picture; 0: there is none"},
    "pictures": {"type": "array", "items": {"enum": list(PICTURES)}, "description": "those that can be opened"},
}
TILES = {
    "type": "object",
    "description": "revision of each tile that changed, by its name",
    "additionalProperties": {"type": "string"},
}
GROWN = {"version": {**COUNT, "description": "number of the growing picture"}, "tiles": TILES}


def message_schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of each message, by name."""
    return {
        "state": _closed(WHOLE, "The request as its row has it: on connection and at each change."),
        "progress": _closed(DRAWING, "How far the drawing is; a hint that may be lost."),
        "grown": _closed(
            {"grown": _closed(GROWN, "Tiles that changed.")}, "A part of the growing picture has come."
        ),
    }


def document() -> dict[str, Any]:
    """Return the AsyncAPI document."""
    schemas = message_schemas()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "MAMBO Reader, a request for a picture as it is drawn",
            "version": VERSION,
            "description": "Sign in by session. The socket only tells; what a client sends is ignored. Events of "
            f"progress come at least {EVENT_INTERVAL_S:g} s apart but for the last of a stage. They are hints: "
            "`GET /api/generation/requests/TOKEN/` is the truth. The socket closes with "
            f"{NOT_SIGNED_IN} for people who are not signed in, and with {NOT_YOURS} for a request that is "
            "unknown, not theirs, or gone.",
        },
        "defaultContentType": "application/json",
        "channels": {
            "request": {
                "address": "/ws/generate/{token}/",
                "parameters": {"token": {"description": "the request's token"}},
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in schemas},
                "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
            }
        },
        "operations": {
            "tell": {
                "action": "send",
                "channel": {"$ref": "#/channels/request"},
                "messages": [{"$ref": f"#/channels/request/messages/{name}"} for name in schemas],
            }
        },
        "components": {
            "messages": {
                name: {"name": name, "summary": schema["description"], "payload": schema}
                for name, schema in schemas.items()
            }
        },
    }


def _closed(properties: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
