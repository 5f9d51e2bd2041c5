from __future__ import annotations

import pytest

from bench.table import Row, markdown_table, replace_tables

ROWS = [Row("one", 2.5, "s", "two", 0.5), Row("count", 3, "")]


def test_markdown_table_holds_value_unit_and_peer() -> None:
    lines = markdown_table(ROWS).splitlines()
    assert lines[2:] == ["| one | 2.5 s | 0.50 × two |", "| count | 3 | |"]


def test_replace_tables_changes_what_is_between_the_markers_only() -> None:
    text = "a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb <!-- y: begin --><!-- y: end -->\n"
    new = replace_tables(text, {"x": ROWS}, "a machine")
    assert "old" not in new
    assert "Measured on: a machine." in new
    assert new.startswith("a\n<!-- x: begin -->\n")
    assert new.endswith("<!-- x: end -->\nb <!-- y: begin --><!-- y: end -->\n")
    assert replace_tables(new, {"x": ROWS}, "a machine") == new


def test_replace_tables_refuses_a_file_without_markers() -> None:
    with pytest.raises(ValueError, match="x: got no markers"):
        replace_tables("nothing", {"x": ROWS}, "")
