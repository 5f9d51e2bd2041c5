"""`./dev sbom`: every third-party package that is installed here, as CycloneDX 1.6 JSON.

Made from what the packages say of themselves and from the front end's lock file, by the standard library alone.
Run inside the environment: `python -m devkit.sbom`.

Source: CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/
"""

from __future__ import annotations

import argparse
import base64
import binascii
import datetime
import json
import os
import re
import sys
import uuid
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from devkit.console import ROOT

OURS = "mambo-reader"
NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # RFC 9562's for addresses
HASHES = {"sha512": "SHA-512", "sha384": "SHA-384", "sha256": "SHA-256"}
LICENSE_NAME_MOST = 80  # some packages put the license's whole text there


def bill(
    packages: Iterable[metadata.Distribution], lock: Mapping[str, Any], at: datetime.datetime
) -> dict[str, Any]:
    """Return the bill of materials.

    Args:
        packages: installed Python packages; ours among them.
        lock: `package-lock.json`, parsed.
        at: when it was made.

    Raises:
        KeyError: when our own package is not among them.
    """
    by_name = {plain(package.name): package for package in packages}
    ours = by_name.pop(OURS)
    needed = closure(by_name, needs(ours))
    parts = [_python(package, required=name in needed) for name, package in sorted(by_name.items())]
    parts += [_npm(path, entry) for path, entry in sorted(lock.get("packages", {}).items()) if path]
    root = {
        "type": "application",
        "bom-ref": f"pkg:pypi/{OURS}@{ours.version}",
        "name": OURS,
        "version": ours.version,
        "purl": f"pkg:pypi/{OURS}@{ours.version}",
        "licenses": _licenses(ours),
    }
    front = [
        part["bom-ref"] for part in parts if part["purl"].startswith("pkg:npm") and part["scope"] == "required"
    ]
    edges = [{"ref": root["bom-ref"], "dependsOn": sorted(_refs(by_name, needs(ours)) + front)}]
    edges += [{"ref": _purl(package), "dependsOn": _refs(by_name, needs(package))} for package in by_name.values()]
    identity = json.dumps([[part["purl"] for part in parts], root["purl"]])
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, identity)}",
        "version": 1,
        "metadata": {"timestamp": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "component": root},
        "components": parts,
        "dependencies": sorted(edges, key=lambda edge: edge["ref"]),
    }


def plain(name: str) -> str:
    """Return a package's name as the index normalizes it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def needs(package: metadata.Distribution) -> list[str]:
    """Return what a package asks for without its extras; of other platforms' too, which are not installed."""
    found = []
    for line in package.requires or []:
        requirement, _, marker = line.partition(";")
        extras = re.search(r"\[([^\]]*)\]", requirement)
        name = re.match(r"[\w.-]+", requirement.strip())
        if name and "extra" not in marker:
            found.append(plain(name[0]))
            found += _of_extras(plain(name[0]), extras[1].split(",") if extras else [])
    return found


def _of_extras(name: str, extras: list[str]) -> list[str]:
    """Return what the chosen extras of an installed package bring with them."""
    try:
        lines = metadata.requires(name) or [] if extras else []
    except metadata.PackageNotFoundError:
        return []
    wanted = [f"extra == {mark}{plain(extra.strip())}{mark}" for extra in extras for mark in "\"'"]
    chosen = [line.split(";")[0] for line in lines if any(one in line for one in wanted)]
    return [plain(found[0]) for line in chosen if (found := re.match(r"[\w.-]+", line.strip()))]


def closure(by_name: Mapping[str, metadata.Distribution], wanted: Iterable[str]) -> set[str]:
    """Return the installed packages that the wanted ones need, and those, and so on."""
    found: set[str] = set()
    waiting = [name for name in wanted if name in by_name]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [other for other in needs(by_name[name]) if other in by_name]
    return found


def _python(package: metadata.Distribution, *, required: bool) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": _purl(package),
        "name": package.name,
        "version": package.version,
        "scope": "required" if required else "optional",
        "purl": _purl(package),
        "licenses": _licenses(package),
    }


def _npm(path: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    name = path.rpartition("node_modules/")[2]
    purl = f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}"
    part = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": entry["version"],
        "scope": "optional" if entry.get("dev") or entry.get("optional") else "required",
        "purl": purl,
        "licenses": [{"expression": entry["license"]}] if entry.get("license") else [],
    }
    algorithm, _, digest = entry.get("integrity", "").partition("-")
    if algorithm in HASHES:
        part["hashes"] = [
            {"alg": HASHES[algorithm], "content": binascii.hexlify(base64.b64decode(digest)).decode()}
        ]
    return part


def _refs(by_name: Mapping[str, metadata.Distribution], names: Iterable[str]) -> list[str]:
    return sorted({_purl(by_name[name]) for name in names if name in by_name})


def _purl(package: metadata.Distribution) -> str:
    return f"pkg:pypi/{plain(package.name)}@{package.version.replace('+', '%2B')}"


def _licenses(package: metadata.Distribution) -> list[dict[str, Any]]:
    told: Any = package.metadata
    if expression := told.get("License-Expression"):
        return [{"expression": expression}]
    name = (told.get("License") or "").strip()
    if name and "\n" not in name and len(name) <= LICENSE_NAME_MOST:
        return [{"license": {"name": name}}]
    kinds = [line for line in told.get_all("Classifier") or [] if line.startswith("License ::")]
    return [{"license": {"name": kind.rpartition(" :: ")[2]}} for kind in kinds]


def main(arguments: list[str]) -> int:
    """Write the bill to a file or to the terminal."""
    parser = argparse.ArgumentParser(
        prog="./dev sbom", description="List every third-party package (CycloneDX 1.6)."
    )
    parser.add_argument("--out", type=Path, help="file to write (default: the terminal)")
    options = parser.parse_args(arguments)
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    at = (
        datetime.datetime.fromtimestamp(int(epoch), datetime.UTC) if epoch else datetime.datetime.now(datetime.UTC)
    )
    lock = json.loads((ROOT / "package-lock.json").read_text())
    text = json.dumps(bill(metadata.distributions(), lock, at), indent=1) + "\n"
    if options.out:
        options.out.write_text(text)
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
