"""What a site needs: costs of a reading, a queueing model checked at two sizes, and a great many rows."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.capacity.costs import Costs
from bench.table import Row

__all__ = ["Costs", "measure"]


def measure(*, quick: bool = False) -> list[Row]:
    """Return the rows; quick ones are small and mean little."""
    from bench.capacity import figures, growth, reading
    from bench.studies import site_setup
    from tests.services import PostgreSQL

    with tempfile.TemporaryDirectory(prefix="mambo-bench-") as folder:
        server = PostgreSQL()
        try:
            site_setup(server.create_database("capacity"), Path(folder))
            crowd = reading.Crowd(server, quick=quick)
            rows, costs = reading.measure(crowd)
            rows += growth.measure(crowd, quick=quick)
            from django.db import connections

            connections.close_all()
        finally:
            server.stop()
    return rows + figures.carried(costs)
