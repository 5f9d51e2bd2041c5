"""One spelling of a JSON value, so that browser and server compute the same hash.

Source: RFC 8785 (JSON Canonicalization Scheme), for keys in the Basic Multilingual Plane: there the order
of code points is the order of UTF-16 code units.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from decimal import Decimal


def canonical_json(value: object) -> str:
    """Return the value as JSON with sorted keys, no spaces, and numbers spelled as JavaScript spells them.

    Args:
        value: None, bool, int, float, str, or lists and string-keyed dicts of these.

    Raises:
        ValueError: for a number that JSON can't hold (infinite or not a number).
        TypeError: for any other type.
    """
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, Mapping):
        pairs = (f"{json.dumps(key, ensure_ascii=False)}:{canonical_json(value[key])}" for key in sorted(value))
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(canonical_json(item) for item in value) + "]"
    raise TypeError(f"got {type(value).__name__}, expected a JSON value")


def canonical_hash(value: object) -> str:
    """Return the SHA-256 of the canonical JSON in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def _number(value: int | float) -> str:
    if isinstance(value, int) and abs(value) < 10**21:
        return str(value)
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"got {value!r}, expected a finite number")
    if number == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(number)).as_tuple()
    text = "".join(map(str, digits)).rstrip("0")
    # The value is 0.text × 10^point; ECMAScript switches to exponents at 1e21 and below 1e-6.
    point = len(digits) + int(exponent)
    return ("-" if sign else "") + _ecmascript(text, point)


def _ecmascript(text: str, point: int) -> str:
    count = len(text)
    if count <= point <= 21:
        return text + "0" * (point - count)
    if 0 < point <= 21:
        return f"{text[:point]}.{text[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + text
    mantissa = text[0] + (f".{text[1:]}" if count > 1 else "")
    return f"{mantissa}e{'+' if point > 0 else '-'}{abs(point - 1)}"
