"""The bill of materials names what is installed, and is CycloneDX."""

from __future__ import annotations

import datetime
import json
import re
import subprocess
import sys
from importlib import metadata, resources
from pathlib import Path

import jsonschema
import pytest
from referencing import Registry, Resource

from devkit.sbom import bill, closure, needs, plain

ROOT = Path(__file__).resolve().parents[2]
AT = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def made():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    return bill(metadata.distributions(), lock, AT)


def part(made, name):
    return next(one for one in made["components"] if plain(one["name"]) == name)


def test_bill_fits_the_schema_of_the_standard(made):
    folder = resources.files("cyclonedx.schema") / "_res"
    files = {path.name: json.loads(path.read_text()) for path in folder.iterdir() if path.name.endswith(".json")}
    registry = Registry().with_resources(
        (body["$id"], Resource.from_contents(body)) for body in files.values() if "$id" in body
    )
    schema = next(body for name, body in files.items() if re.match(r"bom-1\.6\..*json$", name))
    checker = jsonschema.validators.validator_for(schema)(schema, registry=registry)
    assert [error.message for error in checker.iter_errors(made)] == []


def test_bill_names_what_the_site_needs_with_version_and_license(made):
    django = part(made, "django")
    assert django["version"] == metadata.version("django")
    assert django["scope"] == "required"
    assert django["purl"] == f"pkg:pypi/django@{django['version']}"
    assert django["licenses"]
    viewer = part(made, "openseadragon")
    assert viewer["scope"] == "required"
    assert re.fullmatch(r"[0-9a-f]{128}", viewer["hashes"][0]["content"])


def test_bill_tells_tools_from_what_the_site_needs(made):
    assert part(made, "pytest")["scope"] == "optional"
    assert part(made, "axe-core")["scope"] == "optional"
    assert part(made, "uvloop")["scope"] == "required"  # by an extra: uvicorn[standard]


def test_every_installed_package_and_every_edge_is_there(made):
    refs = {one["bom-ref"] for one in made["components"]} | {made["metadata"]["component"]["bom-ref"]}
    assert len(refs) == len(made["components"]) + 1
    installed = {plain(one.name) for one in metadata.distributions()} - {"mambo-reader"}
    assert installed <= {plain(one["name"]) for one in made["components"]}
    assert all(set(edge["dependsOn"]) <= refs and edge["ref"] in refs for edge in made["dependencies"])


def test_same_packages_make_the_same_bill(made):
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert bill(reversed(list(metadata.distributions())), lock, AT) == made


def test_needs_leave_extras_out_and_follow_those_that_are_chosen():
    found = needs(metadata.distribution("mambo-reader"))
    assert "uvloop" in found
    assert "pytest" not in found
    packages = {plain(one.name): one for one in metadata.distributions()}
    assert "asgiref" in closure(packages, ["django"])


def test_command_writes_the_file(tmp_path):
    out = tmp_path / "sbom.json"
    command = [sys.executable, "-m", "devkit.sbom", "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(out.read_text())["specVersion"] == "1.6"
