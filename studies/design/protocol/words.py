"""Pieces that the parts of a protocol's schema share, and how a wrong part is named."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

from studies.design.errors import DesignError

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": 4000}
KEY: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,30}$"}


def closed(properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    """Return the schema of an object that has these keys and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def schema_check(validator: Draft202012Validator, body: object, name: str) -> None:
    """Raise for the first place where the body is not what the schema says.

    Raises:
        DesignError: with the place as its field, or `name` when it is the whole.
    """
    found = sorted(validator.iter_errors(body), key=lambda error: list(map(str, error.path)))
    if found:
        where = ".".join(map(str, found[0].absolute_path)) or name
        raise DesignError(f"{where}: {found[0].message}", field=where)


def unique_check(values: list[Any], field: str) -> None:
    """Raise when a value comes twice.

    Raises:
        DesignError: naming the doubled values.
    """
    doubled = sorted({str(value) for value in values if values.count(value) > 1})
    if doubled:
        raise DesignError(f"{field}: got {', '.join(doubled)} more than once, expected each once", field=field)
