"""Rules, stated before reading, by which readings or readers are left out; each is applied and counted."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

_RULE = re.compile(r"^\s*(reading\.seconds|reader\.readings|reader\.same_answer)\s*(<|>)\s*(\d+(?:\.\d+)?)\s*$")
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {"<": operator.lt, ">": operator.gt}
QUANTITIES = {
    "reading.seconds": "active time of a reading, s",
    "reader.readings": "number of a reader's readings",
    "reader.same_answer": "share of a reader's answers that are the same one, 0.5 to 1",
}


@dataclass(frozen=True)
class Exclusion:
    """One rule and what it took out. A rule in free text takes out nothing and says so."""

    rule: str
    readings: int
    readers: tuple[str, ...]
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return vars(self) | {"readers": list(self.readers)}


def excluded(table: pd.DataFrame, rules: Sequence[str]) -> tuple[pd.DataFrame, tuple[Exclusion, ...]]:
    """Return the readings that stay, and what each rule took out, in the order of the rules.

    A rule is `QUANTITY < NUMBER` or `QUANTITY > NUMBER` with a quantity of `QUANTITIES`: what fulfills it goes.
    Each rule sees what the rules before it left.

    Args:
        table: one row per reading: `reader`, `answer` (bool), and where known `seconds`.
        rules: as stated in the protocol.
    """
    found = []
    for rule in rules:
        goes, note = _matches(table, rule)
        gone = table[goes]
        stays = table[~goes]
        whole = sorted(set(gone["reader"].astype(str)) - set(stays["reader"].astype(str)))
        found.append(Exclusion(rule, len(gone), tuple(whole), note))
        table = stays
    return table, tuple(found)


def _matches(table: pd.DataFrame, rule: str) -> tuple[pd.Series[bool], str]:
    none = pd.Series(False, index=table.index)
    parsed = _RULE.match(rule)
    if parsed is None:
        return none, "not a rule that can be computed: nothing was left out by it"
    quantity, comparison, number = parsed[1], parsed[2], float(parsed[3])
    if quantity == "reading.seconds":
        if "seconds" not in table or table["seconds"].isna().all():
            return none, "no times are known: nothing was left out by it"
        values = pd.to_numeric(table["seconds"])
    elif quantity == "reader.readings":
        values = table.groupby("reader")["answer"].transform("size")
    else:
        share = table.groupby("reader")["answer"].transform("mean").astype(float)
        values = share.where(share >= 0.5, 1 - share)
    return _COMPARE[comparison](values, number).fillna(False).astype(bool), ""
