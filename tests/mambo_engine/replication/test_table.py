from __future__ import annotations

import json
import math

import pytest

from mambo_engine.errors import ConfigError
from mambo_engine.evaluation.bootstrap import Interval
from mambo_engine.replication.table import Measured, Row, Table


def table(**changes: object) -> Table:
    rows = (
        Row("a", {"AUC": Measured.of(Interval(0.71234, 0.6, 0.8, 0.95, (3,), 20))}, {"AUC": ".744"}),
        Row("b|c", {"AUC": Measured(math.nan)}),
    )
    settings: dict[str, object] = {
        "name": "table-3",
        "title": "Tab. 3",
        "heading": "share",
        "columns": ("AUC", "F1"),
        "paper_columns": ("AUC",),
        "rows": rows,
        "differs": ("data: other",),
        "notes": ("intervals: 95 %",),
        "digits": {"AUC": 2},
    }
    return Table(**{**settings, **changes})  # type: ignore[arg-type]


def test_text_lines_columns_up_and_says_what_differs() -> None:
    lines = table().text().splitlines()
    assert lines[0] == "Tab. 3"
    assert lines[1].split() == ["share", "AUC", "F1", "paper:", "AUC"]
    assert lines[2].startswith("a      0.71 (0.60 to 0.80)  –   .744")
    assert lines[2].index(".744") == lines[1].index("paper: AUC")
    assert lines[-4:] == ["What differs from the paper:", "  data: other", "Notes:", "  intervals: 95 %"]


def test_markdown_is_one_table_and_escapes_bars() -> None:
    lines = table().markdown().splitlines()
    assert lines[2:4] == ["| share | AUC | F1 | paper: AUC |", "| --- | --- | --- | --- |"]
    assert lines[5] == "| b\\|c | nan | – | – |"
    assert "- data: other" in lines


def test_dict_is_plain_json_without_numbers_that_are_not_finite() -> None:
    found = json.loads(json.dumps(table().to_dict(), allow_nan=False))
    assert found["rows"][0]["ours"]["AUC"] == {"value": 0.71234, "low": 0.6, "high": 0.8}
    assert found["rows"][1]["ours"]["AUC"]["value"] is None


def test_a_table_without_a_word_on_what_differs_is_refused() -> None:
    with pytest.raises(ConfigError, match="expected at least the data"):
        table(differs=())


def test_a_figure_without_a_column_is_refused() -> None:
    with pytest.raises(ConfigError, match="row a: got figures for unknown columns \\['AUC'\\]"):
        table(columns=("F1",))
