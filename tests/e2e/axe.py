"""axe-core on a page of ours. It is fed by evaluation: a script tag would break the page's policy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def serious(page: Page) -> list[dict[str, Any]]:
    """Return axe's serious and critical findings, each with the elements that it names."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        {"id": one["id"], "nodes": [node["html"][:300] for node in one["nodes"]]}
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
