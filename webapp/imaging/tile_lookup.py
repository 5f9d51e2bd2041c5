"""From a tile alias to its open pack: one look-up in the database, then remembered for a minute."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from webapp.imaging.pyramid.growing import GrowingReader, open_pack
from webapp.imaging.pyramid.packfile import PackError, PackReader

Pack = PackReader | GrowingReader
Resolve = Callable[[str], "Path | None"]
OPEN_PACKS = 256
REMEMBER_S = 60.0  # how long another process may go on serving an alias that was revoked here


class PackShelf:
    """Open packs by alias, least recently used out first.

    Args:
        resolve: gives the pack's path for an alias, or none; may use the database, so call it in a thread.
        clock: seconds that only grow.
    """

    def __init__(self, resolve: Resolve, clock: Callable[[], float] = time.monotonic) -> None:
        self._resolve = resolve
        self._clock = clock
        self._packs: OrderedDict[str, tuple[Pack, float]] = OrderedDict()
        self._lock = Lock()

    def remembered(self, alias: str) -> Pack | None:
        """Return the open pack of an alias that was looked up within the last minute."""
        with self._lock:
            found = self._packs.get(alias)
            if found is None or self._clock() > found[1]:
                return None
            self._packs.move_to_end(alias)
            return found[0]

    def look_up(self, alias: str) -> Pack | None:
        """Ask for the pack of an alias and remember it; none when there is no such alias or pack.

        Raises:
            StorageError: there is one, and the store that keeps it is away.
        """
        path = self._resolve(alias)
        if path is None:
            self.forget(alias)
            return None
        try:
            reader = open_pack(path)
        except PackError:
            return None
        with self._lock:
            self._packs[alias] = (reader, self._clock() + REMEMBER_S)
            self._packs.move_to_end(alias)
            while len(self._packs) > OPEN_PACKS:
                self._packs.popitem(last=False)  # unmapped when the last request lets go of it
        return reader

    def forget(self, alias: str) -> None:
        """Drop an alias at once."""
        with self._lock:
            self._packs.pop(alias, None)


def resolve_in_database(alias: str) -> Path | None:
    """Ask the database, on a connection that is closed again: this runs in threads that come and go."""
    from django.db import connection

    from webapp.imaging.selectors import tile_pack_path

    try:
        return tile_pack_path(alias)
    finally:
        connection.close()


shelf = PackShelf(resolve_in_database)
