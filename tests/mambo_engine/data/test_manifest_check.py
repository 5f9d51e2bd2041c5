from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mambo_engine.data.manifest import Manifest, ManifestRow
from mambo_engine.data.manifest_check import check_manifest
from mambo_engine.errors import DataError

VOCABULARY = {"view": ("CC", "MLO")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a", "b", "c"):
        Image.fromarray(np.eye(8, dtype=np.uint8) * 255).save(tmp_path / f"{name}.png")
    Image.fromarray(np.eye(8, dtype=np.uint16) * 4095).save(tmp_path / "deep.png")
    (tmp_path / "note.png").write_text("no image")
    return tmp_path


def manifest(folder: Path, *rows: tuple[str, str, str, str]) -> Manifest:
    made = tuple(ManifestRow(path, patient, split, {"view": view}) for path, patient, split, view in rows)
    return Manifest(made, folder, "m.csv")


def test_a_sound_manifest_passes(folder: Path) -> None:
    rows = [("a.png", "p1", "train", "CC"), ("b.png", "p1", "train", ""), ("c.png", "p2", "val", "MLO")]
    check_manifest(manifest(folder, *rows), VOCABULARY)


def test_every_problem_is_listed_at_once_with_its_row(folder: Path) -> None:
    rows = [
        ("a.png", "p1", "train", "CC"),
        ("gone.png", "p2", "train", "CC"),
        ("b.png", "p1", "val", "CC"),
        ("c.png", "p3", "train", "LAT"),
        ("deep.png", "p4", "train", "CC"),
        ("a.png", "p1", "train", "CC"),
        ("note.png", "", "maybe", "CC"),
    ]
    with pytest.raises(DataError) as caught:
        check_manifest(manifest(folder, *rows), VOCABULARY)
    lines = str(caught.value).splitlines()
    assert lines[0] == "m.csv: 8 problems"
    expected = [
        "row 3: no file",
        "row 4: patient p1 is in val, and in train in row 2",
        "row 5: view got 'LAT', expected CC, MLO or nothing",
        "has 16 bits, expected 8 as the other images have",
        "row 7: a.png is in row 2 already",
        "row 8: ",
        "row 8: patient is empty",
        "row 8: split got 'maybe', expected train, val, test",
    ]
    for line, text in zip(lines[1:], expected, strict=True):
        assert text in line


def test_several_depths_pass_where_they_are_allowed(folder: Path) -> None:
    rows = [("a.png", "p1", "train", "CC"), ("deep.png", "p2", "train", "CC")]
    check_manifest(manifest(folder, *rows), VOCABULARY, one_depth=False)


def test_a_vocabulary_without_its_column_is_a_problem(folder: Path) -> None:
    with pytest.raises(DataError, match="row 1: no column 'density', which the vocabulary names"):
        check_manifest(manifest(folder, ("a.png", "p1", "train", "CC")), {"density": ("A", "B")})


def test_a_long_list_of_problems_is_cut_and_counted(folder: Path) -> None:
    rows = [(f"gone{number}.png", "p1", "train", "CC") for number in range(60)]
    with pytest.raises(DataError, match="60 problems") as caught:
        check_manifest(manifest(folder, *rows), VOCABULARY)
    assert str(caught.value).endswith("and 10 more")
