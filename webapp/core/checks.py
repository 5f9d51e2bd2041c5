"""System checks: what must be on disk before the site can serve a page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def openseadragon_installed(**kwargs: Any) -> list[CheckMessage]:
    """Stop when the viewer library is not installed."""
    script = settings.OPENSEADRAGON_DIR / "openseadragon.min.js"
    if script.is_file():
        return []
    return [Error("OpenSeadragon is not installed.", hint="Run ./dev setup (it calls npm ci).", id="mambo.E001")]
