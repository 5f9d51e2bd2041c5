"""How many pictures of which labels: typed in, or as in a set of originals. No database here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from webapp.core.errors import DomainError
from webapp.generation.parameters import BundleCard, label_title

MOST = 500
MOST_ROWS = 60


@dataclass(frozen=True)
class Row:
    """So many pictures of these labels.

    Attributes:
        labels: value by name; "" is any.
        count: pictures, 1 or more.
    """

    labels: Mapping[str, str]
    count: int


def rows_checked(card: BundleCard, lines: Sequence[Mapping[str, str]]) -> list[Row]:
    """Return the rows of a form; lines without a count are left out.

    Args:
        card: the installed bundle.
        lines: text by field: each label of the vocabulary, and `count`.

    Raises:
        DomainError: for a count that is no number, or too many pictures, or none.
    """
    rows = [
        Row({name: line.get(name, "") for name in card.vocabulary}, _count(line["count"]))
        for line in lines
        if line.get("count", "").strip() not in ("", "0")
    ]
    total = sum(row.count for row in rows)
    if not total:
        raise DomainError("No picture is asked for. Write a count into at least one row.", field="count")
    if total > MOST or len(rows) > MOST_ROWS:
        raise DomainError(
            f"A batch has at most {MOST} pictures in {MOST_ROWS} rows; got {total} in {len(rows)}.", field="count"
        )
    return rows


def rows_like(
    card: BundleCard, originals: Iterable[Mapping[str, str]], count: int | None = None
) -> tuple[list[Row], dict[str, int]]:
    """Return the rows that share out `count` pictures as the originals' labels are shared.

    Remainders go to the largest fractions first, ties to the first in the vocabulary's order, so that the counts
    sum to `count` and none is off by one or more.

    Args:
        card: the installed bundle.
        originals: labels of each original by name; blank where unknown.
        count: pictures in all; as many as the originals by default.

    Returns:
        The rows, and by label how many originals have a value that the model does not know: these are "any".

    Raises:
        DomainError: no originals, or a count out of range.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    unknown: Counter[str] = Counter()
    for labels in originals:
        known = {name: labels.get(name, "") for name in card.vocabulary}
        for name, value in known.items():
            if value and value not in card.vocabulary[name]:
                unknown[name] += 1
                known[name] = ""
        seen[tuple(known.values())] += 1
    total = sum(seen.values())
    if not total:
        raise DomainError("No original is chosen to take the labels from.", field="image")
    wanted = total if count is None else count
    if not 1 <= wanted <= MOST:
        raise DomainError(f"A batch has 1 to {MOST} pictures; got {wanted}.", field="count")
    order = sorted(seen, key=lambda values: _place(card, values))
    counts = shared_out(wanted, [seen[values] for values in order])
    rows = [
        Row(dict(zip(card.vocabulary, values, strict=True)), number)
        for values, number in zip(order, counts, strict=True)
        if number
    ]
    return rows, dict(unknown)


def shared_out(total: int, weights: Sequence[int]) -> list[int]:
    """Return whole numbers in proportion to the weights that sum to `total` (largest remainders)."""
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    counts = [int(share) for share in exact]
    rest = sorted(range(len(exact)), key=lambda i: (counts[i] - exact[i], i))
    for i in rest[: total - sum(counts)]:
        counts[i] += 1
    return counts


def row_words(labels: Mapping[str, str | None]) -> str:
    """Return labels as people read them."""
    return ", ".join(f"{label_title(name)} {value}" for name, value in labels.items() if value) or "any labels"


def _place(card: BundleCard, values: tuple[str, ...]) -> tuple[int, ...]:
    """Return where the values stand in the vocabulary; any comes last."""
    return tuple(
        known.index(value) if value else len(known)
        for known, value in zip(card.vocabulary.values(), values, strict=True)
    )


def _count(text: str) -> int:
    stripped = text.strip()
    if not (stripped.isascii() and stripped.isdigit() and len(stripped) < 6):
        raise DomainError(f"A count must be a whole number; got {text[:20]!r}.", field="count")
    return int(stripped)
