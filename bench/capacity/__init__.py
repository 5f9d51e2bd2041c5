"""What a site needs: costs of a reading, a queueing model checked at two sizes, and a great many rows."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bench.capacity.costs import Costs
from bench.table import Row

__all__ = ["Costs", "measure"]


def measure(*, quick: bool = False) -> list[Row]:
    """Return the rows; quick ones are small and mean little."""
    from bench.capacity import figures, growth, reading
    from tests.services import PostgreSQL

    with tempfile.TemporaryDirectory(prefix="mambo-bench-") as folder:
        server = PostgreSQL()
        try:
            _setup(server.create_database("capacity"), Path(folder))
            crowd = reading.Crowd(server, quick=quick)
            rows, costs = reading.measure(crowd)
            rows += growth.measure(crowd, quick=quick)
            from django.db import connections

            connections.close_all()
        finally:
            server.stop()
    return rows + figures.carried(costs)


def _setup(url: str, folder: Path) -> None:
    (folder / "static").mkdir()
    os.environ |= {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "webapp.config.settings.test",
        "MAMBO_DATA_DIR": str(folder),
        "MAMBO_STATIC_DIR": str(folder / "static"),
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
