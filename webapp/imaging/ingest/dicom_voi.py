"""The windows and tables that a DICOM file brings along, in canonical values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from webapp.imaging.ingest.canonical import StoredFormat, canonical_table, canonical_window
from webapp.imaging.ingest.source import LookupTable, Preset, Window
from webapp.imaging.ingest.voi import table_window


def presets_of(dataset: Any, form: StoredFormat) -> tuple[Preset, ...]:
    """Return the file's presets; where a table and a window share a name, one preset carries both.

    Args:
        dataset: a `pydicom.Dataset`.
        form: how its values are stored.
    """
    windows = dict(_windows(dataset, form))
    tables = dict(_tables(dataset, form))
    presets = []
    for name, table in tables.items():
        window = windows.pop(name) if name in windows else table_window(table)
        presets.append(Preset(name, window, table))
    return (*presets, *(Preset(name, window) for name, window in windows.items()))


def _many(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return [value] if isinstance(value, str) or not hasattr(value, "__iter__") else list(value)


def _name(names: list[Any], index: int, kind: str) -> str:
    text = " ".join(str(names[index]).split())[:32] if index < len(names) else ""
    return text or f"{kind} {index + 1}"


def _windows(dataset: Any, form: StoredFormat) -> Iterator[tuple[str, Window]]:
    function = str(dataset.get("VOILUTFunction") or "LINEAR").strip().upper()
    names = _many(dataset.get("WindowCenterWidthExplanation"))
    pairs = zip(_many(dataset.get("WindowCenter")), _many(dataset.get("WindowWidth")), strict=False)
    for index, (center, width) in enumerate(pairs):
        try:
            window = Window(float(center), float(width), function)
        except (TypeError, ValueError):
            continue  # a window that the standard forbids helps nobody; the others may still be good
        yield _name(names, index, "Window"), canonical_window(window, form)


def _tables(dataset: Any, form: StoredFormat) -> Iterator[tuple[str, LookupTable]]:
    if abs(form.slope) != 1:
        return
    for index, item in enumerate(dataset.get("VOILUTSequence") or []):
        try:
            count, first, bits = (int(value) for value in item.LUTDescriptor)
            levels = _levels(item.LUTData, bits)
        except (AttributeError, TypeError, ValueError):
            continue
        if len(levels) != (count or 65536) or not 1 <= bits <= 16:
            continue
        if form.signed or form.intercept < 0:
            first -= 65536 if first > 32767 else 0
        names = _many(item.get("LUTExplanation"))
        yield _name(names, 0, f"Table {index + 1},"), canonical_table(LookupTable(first, levels, bits), form)


def _levels(data: Any, bits: int) -> tuple[int, ...]:
    if isinstance(data, bytes):  # OW: little-endian words
        return tuple(int.from_bytes(data[i : i + 2], "little") for i in range(0, len(data), 2))
    return tuple(int(value) & 0xFFFF for value in data)
