"""Which reader reads which case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from studies.design.errors import DesignError


def fully_crossed(readers: Sequence[str], cases: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Give every case to every reader.

    Args:
        readers: reader codes, each once.
        cases: case codes, each once.

    Returns:
        The cases of each reader, in the order given (the order of reading is drawn later).

    Raises:
        DesignError: when a code comes twice.
    """
    for name, codes in (("reader", readers), ("case", cases)):
        doubled = sorted(code for code, times in Counter(codes).items() if times > 1)
        if doubled:
            raise DesignError(f"{name} codes: got {', '.join(doubled)} more than once, expected each once")
    return {reader: tuple(cases) for reader in readers}
