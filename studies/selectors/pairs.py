"""The result of a study of pairs: which of two pictures is synthetic. Only an unblinded study gives one."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from studies.design.canonical import canonical_hash
from studies.models.study import Study
from studies.selectors.frames import unblinded_frame
from studies.selectors.reports import code_version
from studies.selectors.studies import protocol_current
from studies.statistics.forced_choice import METHOD, ForcedChoice, forced_choice

COLUMNS = ["reader", "pair", "right", "left"]


@dataclass(frozen=True)
class PairReport:
    """The executed plan, the hashes of plan, readings and software that make it this run, and the readings."""

    result: ForcedChoice
    margin: float
    confidence: float
    keys: dict[str, str]
    choices: pd.DataFrame


def is_of_pairs(study: Study) -> bool:
    """Return whether the study shows two pictures at once."""
    return bool(protocol_current(study).body["design"]["allocation"] == "pairs")


def pair_readings(study: Study) -> pd.DataFrame:
    """Return one row per answered test pair: reader, pair, whether right, whether the left one was named.

    Raises:
        ConflictError: before the study is unblinded.
    """
    frame = unblinded_frame(study)
    frame = frame[(frame["phase"] == "test") & ~frame["repeat"].astype(bool) & frame["answer"].notna()]
    left = frame["answer"] == "left"
    pairs = ["+".join(sorted(codes)) for codes in zip(frame["case_code"], frame["right_case_code"], strict=True)]
    # The truth of a row is that of the picture on the left.
    right = left == (frame["truth"] == "synthetic")
    table = pd.DataFrame({"reader": frame["reader_code"], "pair": pairs, "right": right, "left": left})
    return table[COLUMNS].reset_index(drop=True)


def pair_report(study: Study) -> PairReport | None:
    """Return the locked plan executed on the readings, or None when no pair was answered.

    Raises:
        ConflictError: before the study is unblinded.
    """
    table = pair_readings(study)
    if table.empty:
        return None
    plan = protocol_current(study).body["analysis"]
    margin, confidence = float(plan["margin"]), float(plan["confidence"])
    rows = sorted(map(list, table.astype(str).itertuples(index=False)))
    keys = {
        "plan_sha256": canonical_hash({"analysis": plan, "method": METHOD}),
        "data_sha256": canonical_hash({"columns": COLUMNS, "rows": rows}),
        "code_version": code_version(),
    }
    found = forced_choice(table, margin=margin, confidence=confidence)
    return PairReport(found, margin, confidence, keys, table)
