"""Random numbers that anybody can recompute, in any language, from a published seed.

SHA-256 in counter mode instead of a library's generator, because an order that was committed to at lock
must come out the same in ten years.
"""

from __future__ import annotations

import hashlib
from collections.abc import MutableSequence
from typing import Any

ALGORITHM = "sha256-counter/1"
_BYTES = 32


class HashStream:
    """A stream of unsigned integers: block i is SHA-256(seed ‖ label in UTF-8 ‖ i as 8 bytes, big-endian).

    Args:
        seed: secret bytes, at least 16.
        label: what the stream is for; streams with different labels are independent.

    Raises:
        ValueError: when the seed is shorter than 16 bytes.
    """

    def __init__(self, seed: bytes, label: str) -> None:
        """Start at block 0."""
        if len(seed) < 16:
            raise ValueError(f"seed: got {len(seed)} bytes, expected at least 16")
        self._prefix = seed + label.encode()
        self._counter = 0

    def below(self, bound: int) -> int:
        """Return an integer uniform in [0, bound): blocks above the last full multiple are thrown away.

        Raises:
            ValueError: when the bound is below 1.
        """
        if bound < 1:
            raise ValueError(f"bound: got {bound}, expected at least 1")
        blocks = max(1, (bound.bit_length() + 64 + 255) // 256)
        span = 1 << (8 * _BYTES * blocks)
        limit = span - span % bound
        while (value := self._integer(blocks)) >= limit:
            pass
        return value % bound

    def shuffle(self, items: MutableSequence[Any]) -> None:
        """Put the items in uniform random order, in place (Fisher-Yates from the end)."""
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]

    def _integer(self, blocks: int) -> int:
        data = b""
        for _ in range(blocks):
            data += hashlib.sha256(self._prefix + self._counter.to_bytes(8, "big")).digest()
            self._counter += 1
        return int.from_bytes(data, "big")
