"""mini-MIAS: `mdb001.pgm` (or .png) ..., `Info.txt`.

Source: Suckling et al., Excerpta Medica 1069 (1994) 375. All films are MLO; numbers 2n - 1 and 2n are the
right and left breast of one woman.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from mambo_engine.data.published.table import Record
from mambo_engine.errors import DataError

ROW = re.compile(r"(mdb(\d{3})) +([FGD]) +([A-Z]{4})(?: +([BM]))?")


def records(root: Path) -> Iterator[Record]:
    """Yield one record a film; several rows of one film count once, as "NORM" or as any finding."""
    table = next((path for path in (root / "Info.txt", root / "INFO.TXT") if path.is_file()), None)
    if table is None:
        raise DataError(f"{root}: got no Info.txt; is this the folder of the data set?")
    films: dict[str, list[re.Match[str]]] = {}
    for line in table.read_text(encoding="latin-1").splitlines():
        if found := ROW.match(line):
            films.setdefault(found[1], []).append(found)
    for name, rows in films.items():
        classes, severities = {row[4] for row in rows}, {row[5] or "" for row in rows}
        labels = {"tissue": rows[0][3], "class": classes.pop() if len(classes) == 1 else ""}
        labels["severity"] = severities.pop() if len(severities) == 1 else "M"
        pair = (int(rows[0][2]) + 1) // 2
        yield Record(_file(root, name), f"pair{pair:03d}", {**labels, "view": "MLO"}, facts=labels)


def _file(root: Path, name: str) -> Path:
    choices = [root / f"{name}.{suffix}" for suffix in ("pgm", "png", "jpg", "tif")]
    return next((path for path in choices if path.is_file()), choices[0])
