from __future__ import annotations

import os
from pathlib import Path

import pytest

from mambo_engine.data.manifest import Manifest, ManifestRow, read_manifest, write_manifest
from mambo_engine.errors import DataError

VOCABULARY = {"birads": ("3", "4"), "view": ("CC", "MLO")}


def row(path: str = "a.png", **labels: str) -> ManifestRow:
    return ManifestRow(path, "p1", "train", labels)


def test_a_written_manifest_reads_back_the_same(tmp_path: Path) -> None:
    rows = [row("a.png", birads="3", view="CC"), row("in, quotes.png", birads="", view="MLO")]
    write_manifest(rows, tmp_path / "made" / "m.csv")
    manifest = read_manifest(tmp_path / "made" / "m.csv")
    assert list(manifest.rows) == rows
    assert manifest.file(rows[0]) == tmp_path / "made" / "a.png"


def test_indices_follow_the_vocabulary_and_an_empty_label_is_null() -> None:
    assert row(birads="4", view="CC", age="50").indices(VOCABULARY) == [2, 1]
    assert row(birads="", view="MLO").indices(VOCABULARY) == [0, 2]


def test_a_table_from_a_spreadsheet_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("\ufeffpath, patient ,split,view\na.png,p1,train, CC \n", encoding="utf-8")
    assert read_manifest(tmp_path / "m.csv").rows[0].labels == {"view": "CC"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "missing path, patient, split"),
        ("path,split\na.png,train\n", "got columns path, split, missing patient"),
        ("path,patient,split\n", "got no images"),
        ("path,patient,split\na,b,train\na,b\nc,d,e,f\n", "got others in rows 3, 4"),
    ],
)
def test_read_manifest_names_what_is_wrong_with_the_table(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text(text)
    with pytest.raises(DataError, match=message):
        read_manifest(tmp_path / "m.csv")


def test_the_digest_of_a_split_changes_with_its_files_only(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(b"1")
    rows = (row("a.png"), ManifestRow("b.png", "p2", "val", {}))
    manifest = Manifest(rows, tmp_path)
    before = manifest.digest("train"), manifest.digest("val")
    os.utime(tmp_path / "b.png", (1, 1))
    assert manifest.digest("train") == before[0]
    assert manifest.digest("val") != before[1]
