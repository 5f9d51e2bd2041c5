"""What the programming interface of generation takes and answers, as OpenAPI operations by view and method.

`studies.api.description` finds them as `openapi` of each view.
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

Schema = dict[str, Any]
KINDS: tuple[tuple[type[serializers.Field], Schema], ...] = (
    (serializers.ChoiceField, {"type": "string"}),
    (serializers.IntegerField, {"type": "integer"}),
    (serializers.FloatField, {"type": "number"}),
    (serializers.CharField, {"type": "string"}),
)


def schema_of(serializer: serializers.Serializer[Any], *, answer: bool) -> Schema:
    """Return the JSON Schema of a serializer; an answer has all of its fields and no other."""
    fields = {name: _field(field) for name, field in serializer.fields.items()}
    if answer:
        return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
    required = [name for name, field in serializer.fields.items() if field.required]
    return {"type": "object", "properties": fields} | ({"required": required} if required else {})


def _field(field: serializers.Field[Any, Any, Any, Any]) -> Schema:
    if isinstance(field, serializers.DictField):
        schema: Schema = {"type": "object", "additionalProperties": _field(field.child)}
    elif isinstance(field, serializers.ListField):
        schema = {"type": "array", "items": _field(field.child)}
    else:
        schema = dict(next(schema for kind, schema in KINDS if isinstance(field, kind)))
    if isinstance(field, serializers.ChoiceField):
        schema["enum"] = list(field.choices)
    if field.allow_null:
        schema["type"] = [schema["type"], "null"]
    if field.help_text:
        schema["description"] = str(field.help_text)
    return schema


def answer_of(schema: Schema, description: str) -> Schema:
    """Return an OpenAPI answer of this JSON."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def body_of(schema: Schema) -> Schema:
    """Return an OpenAPI request body of this JSON."""
    return {"required": True, "content": {"application/json": {"schema": schema}}}
