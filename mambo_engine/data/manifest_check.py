"""Everything that is wrong with a manifest, found at once and before any training starts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from mambo_engine.data.files import read_depth
from mambo_engine.data.manifest import SPLITS, Manifest, Vocabulary
from mambo_engine.errors import DataError

LISTED = 50
"""Problems that a message spells out; the rest are counted."""


def check_manifest(manifest: Manifest, vocabulary: Vocabulary, *, one_depth: bool = True) -> None:
    """Check every row; only the heads of the image files are read.

    Args:
        manifest: the table.
        vocabulary: allowed values of each label field; columns that are not in it are not looked at.
        one_depth: whether all images must have the same number of stored bits.

    Raises:
        DataError: lists every problem with its row: a file that is missing, named twice or unreadable, a
            patient in two splits, an unknown split or label, an image of another bit depth, a missing column.
    """
    missing = [name for name in vocabulary if name not in manifest.rows[0].labels]
    found = [(1, f"row 1: no column {name!r}, which the vocabulary names") for name in missing]
    found += [*_cells(manifest, vocabulary), *_patients(manifest), *_files(manifest, one_depth=one_depth)]
    raise_problems(manifest, [text for _, text in sorted(found)])


def raise_problems(manifest: Manifest, problems: list[str]) -> None:
    """Raise DataError with all problems, if there are any."""
    if problems:
        rest = [f"and {len(problems) - LISTED} more"] if len(problems) > LISTED else []
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        raise DataError("\n  ".join([f"{manifest.name}: {count}", *problems[:LISTED], *rest]))


def row_number(index: int) -> int:
    """Row of the table, as a spreadsheet counts, of the image number `index`."""
    return index + 2


def _cells(manifest: Manifest, vocabulary: Vocabulary) -> Iterator[tuple[int, str]]:
    seen: dict[str, int] = {}
    for index, row in enumerate(manifest.rows):
        number = row_number(index)
        if row.split not in SPLITS:
            yield number, f"row {number}: split got {row.split!r}, expected {', '.join(SPLITS)}"
        if not row.patient:
            yield number, f"row {number}: patient is empty"
        if row.path in seen:
            yield number, f"row {number}: {row.path} is in row {seen[row.path]} already"
        seen.setdefault(row.path, number)
        for name, values in vocabulary.items():
            value = row.labels.get(name, "")
            if value and value not in values:
                yield number, f"row {number}: {name} got {value!r}, expected {', '.join(values)} or nothing"


def _patients(manifest: Manifest) -> Iterator[tuple[int, str]]:
    first: dict[str, tuple[str, int]] = {}
    for index, row in enumerate(manifest.rows):
        number = row_number(index)
        split, where = first.setdefault(row.patient, (row.split, number))
        if row.patient and split != row.split:
            yield number, f"row {number}: patient {row.patient} is in {row.split}, and in {split} in row {where}"


def _files(manifest: Manifest, *, one_depth: bool) -> Iterator[tuple[int, str]]:
    depths: dict[int, list[tuple[int, Path]]] = defaultdict(list)
    for index, row in enumerate(manifest.rows):
        path, number = manifest.file(row), row_number(index)
        if not row.path or not path.is_file():
            yield number, f"row {number}: no file {path if row.path else '(path is empty)'}"
            continue
        try:
            depths[read_depth(path)].append((number, path))
        except DataError as error:
            yield number, f"row {number}: {error}"
    if not one_depth or len(depths) < 2:
        return
    usual = Counter({depth: len(found) for depth, found in depths.items()}).most_common(1)[0][0]
    for depth, found in depths.items():
        if depth != usual:
            for number, path in found:
                yield number, f"row {number}: {path} has {depth} bits, expected {usual} as the other images have"
