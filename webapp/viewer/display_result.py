"""The one shape that a display's self-check may have. Pure."""

from __future__ import annotations

import math
from typing import Any

BACKGROUNDS = (12, 128, 242)
DIFFERENCES = (8, 5, 3, 2, 1)
PITCH_MM = (0.02, 1.0)  # outside this there is no screen that a person reads from
NUMBERS = {"width": (1, 100_000), "height": (1, 100_000), "ratio": (0.1, 20), "depth": (1, 64)}
WORDS = {"gamut": ("", "srgb", "p3", "rec2020"), "drawer": ("webgl", "canvas")}
BROWSER_MOST = 200


def checked_result(body: Any) -> dict[str, Any]:
    """Return a result with the known fields alone.

    Args:
        body: what the browser sent: pitch_mm (mm a device pixel, or none where it was not measured), black, white
            and lines (seen or not), letters (the smallest difference read on each background) and screen.

    Raises:
        ValueError: naming the field that is missing or out of its range.
    """
    if not isinstance(body, dict):
        raise ValueError(f"the result: expected an object, got {type(body).__name__}")
    pitch = body.get("pitch_mm")
    letters, screen = body.get("letters"), body.get("screen")
    if not isinstance(letters, list) or len(letters) != len(BACKGROUNDS):
        raise ValueError(f"letters: expected {len(BACKGROUNDS)} rows")
    if not isinstance(screen, dict):
        raise ValueError("screen: expected an object")
    return {
        "pitch_mm": None if pitch is None else _number("pitch_mm", pitch, PITCH_MM),
        **{name: _flag(name, body.get(name)) for name in ("black", "white", "lines")},
        "letters": [_row(row, background) for row, background in zip(letters, BACKGROUNDS, strict=True)],
        "screen": _screen(screen),
    }


def result_passed(result: dict[str, Any]) -> bool:
    """Tell whether both ends of the gray scale and single pixels were seen, and letters read on every field."""
    ends = result["black"] and result["white"] and result["lines"]
    read = all(row["smallest"] is not None for row in result["letters"])
    return bool(ends and read and result["screen"]["exact"])


def _screen(screen: dict[str, Any]) -> dict[str, Any]:
    checked: dict[str, Any] = {name: _number(name, screen.get(name), limits) for name, limits in NUMBERS.items()}
    for name, known in WORDS.items():
        if screen.get(name) not in known:
            raise ValueError(f"{name}: expected one of {', '.join(repr(word) for word in known)}")
        checked[name] = screen[name]
    browser = screen.get("browser")
    if not isinstance(browser, str):
        raise ValueError("browser: expected a text")
    return {**checked, "exact": _flag("exact", screen.get("exact")), "browser": browser[:BROWSER_MOST]}


def _row(row: Any, background: int) -> dict[str, Any]:
    if not isinstance(row, dict) or row.get("background") != background:
        raise ValueError(f"letters: expected a row on gray {background}")
    smallest = row.get("smallest")
    if smallest is not None and (isinstance(smallest, bool) or smallest not in DIFFERENCES):
        raise ValueError(f"smallest: expected none or one of {DIFFERENCES}")
    return {"background": background, "smallest": smallest}


def _number(name: str, value: Any, limits: tuple[float, float]) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{name}: expected a number")
    if not limits[0] <= value <= limits[1]:
        raise ValueError(f"{name}: expected {limits[0]:g} to {limits[1]:g}, got {value:g}")
    return value


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{name}: expected true or false")
    return value
