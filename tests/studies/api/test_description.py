"""The description of the programming interface is whole, and valid OpenAPI in what can be checked here."""

from __future__ import annotations

import jsonschema
import pytest

from studies.api.description import document
from studies.api.schemas import ANSWER, CASE, OPERATIONS

DOCUMENT = document()
OURS = {path: found for path, found in DOCUMENT["paths"].items() if path.startswith("/api/")}


@pytest.mark.parametrize("path", sorted(OURS))
def test_every_operation_tells_what_it_answers_and_takes(path):
    for method, operation in OURS[path].items():
        good = [code for code in operation["responses"] if code.startswith("2")]
        assert good, (path, method)
        assert all("content" in operation["responses"][code] or code == "204" for code in good), (path, method)
        # Cancelling, and a request that has no body, need none.
        assert ("requestBody" in operation) == (method in {"put", "post"}), (path, method)
        named = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
        assert named == {part.split("}")[0] for part in path.split("{")[1:]}


def test_schemas_are_json_schemas():
    for schema in (ANSWER, CASE, *DOCUMENT["components"]["schemas"].values()):
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_described_operation_is_there():
    there = {operation["operationId"] for found in OURS.values() for operation in found.values()}
    assert {f"{name}-{method}" for name, method in OPERATIONS} <= there


def test_operations_have_different_names():
    names = [operation["operationId"] for found in OURS.values() for operation in found.values()]
    assert len(names) == len(set(names))


def test_a_case_has_no_field_beyond_the_list():
    assert CASE["additionalProperties"] is False
    assert set(CASE["required"]) == set(CASE["properties"])
