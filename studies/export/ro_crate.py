"""One archive of a study as an RO-Crate: files, what each is, and their checksums."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
PROFILE = "https://w3id.org/ro/crate/1.1"
METADATA = "ro-crate-metadata.json"
FORMATS = {
    "csv": "text/csv",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "html": "text/html",
    "md": "text/markdown",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    **dict.fromkeys(("imrmc", "R", "txt"), "text/plain"),
}


def crate_metadata(
    files: Mapping[str, bytes], *, name: str, description: str, published: str, facts: Mapping[str, Any]
) -> str:
    """Return `ro-crate-metadata.json` of these files.

    Source: RO-Crate 1.1, "RO-Crate Metadata Document".

    Args:
        files: content by name, the metadata not among them.
        name: of the study; `description`: what the archive holds.
        description: see above.
        published: day, ISO 8601.
        facts: more properties of the root, such as hashes; plain values.
    """
    parts = [_file(path, content) for path, content in sorted(files.items())]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": name,
        "description": description,
        "datePublished": published,
        "license": "not stated: the study's owner decides",
        "hasPart": [{"@id": part["@id"]} for part in parts],
        "identifier": [{"@id": f"#{key}"} for key in sorted(facts)],
    }
    descriptor = {
        "@id": METADATA,
        "@type": "CreativeWork",
        "conformsTo": {"@id": PROFILE},
        "about": {"@id": "./"},
    }
    values = [
        {"@id": f"#{key}", "@type": "PropertyValue", "propertyID": key, "value": value}
        for key, value in sorted(facts.items())
    ]
    graph = [descriptor, root, *parts, *values]
    return json.dumps({"@context": CONTEXT, "@graph": graph}, indent=2, ensure_ascii=False) + "\n"


def _file(path: str, content: bytes) -> dict[str, Any]:
    return {
        "@id": path,
        "@type": "File",
        "name": path.rsplit("/", 1)[-1],
        "contentSize": str(len(content)),
        "encodingFormat": FORMATS.get(path.rsplit(".", 1)[-1], "application/octet-stream"),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
