"""`protocol table-6` and `table-9` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mambo_engine.__main__ import main
from mambo_engine.cli.lesion_protocol import _mias

FAST = ["--bundle", "phantom", "--levels", "300,700", "--steps", "3", "--count", "2", "--label", "birads=1"]


def test_both_tables_are_written_and_the_one_asked_for_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["protocol", "table-9", "--real", "phantom", *FAST, "--out", str(tmp_path), "--json"]
    assert main(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in told["rows"]] == ["300", "700"]
    assert told["rows"][1]["paper"] == {"IoU": ".216"}
    other = json.loads((tmp_path / "table-6.json").read_text())
    assert other["rows"][0]["ours"]["images"]["value"] == 2
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.glob("lesion-*.npz")}
    assert len(kept) == 2
    assert main(asked) == 0
    assert json.loads(capsys.readouterr().out) == told
    assert {path: path.stat().st_mtime_ns for path in kept} == kept


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--levels", "300,x"], "--levels"),
        (["--level", "500"], "--level: got 500"),
        (["--levels", "700,5000"], "expected 1..1000"),
        (["--count", "1"], "--count"),
        (["--label", "birads=9"], "birads"),
    ],
)
def test_bad_options_end_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], words: str
) -> None:
    out = tmp_path / "out"
    assert main(["protocol", "table-6", "--real", "phantom", *FAST, *more, "--out", str(out)]) != 0
    assert words in capsys.readouterr().err
    assert not out.exists()


def test_folder_without_truth_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["protocol", "table-6", "--real", str(tmp_path), *FAST, "--out", str(tmp_path / "out")]) != 0
    assert "Info.txt" in capsys.readouterr().err


def test_pictures_and_masks_of_a_folder_are_scored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pictures, masks = tmp_path / "pictures", tmp_path / "masks"
    pictures.mkdir()
    masks.mkdir()
    for number in range(3):
        pixels = np.zeros((128, 128), np.uint8)
        pixels[16:112, :80] = 100 + np.add.outer(np.arange(96), np.arange(80)) % 50
        mask = np.zeros_like(pixels)
        if number < 2:  # the third has no lesion and does not count
            pixels[50:64, 30:44], mask[50:64, 30:44] = 250, 255
        Image.fromarray(pixels).save(pictures / f"{number}.png")
        Image.fromarray(mask).save(masks / f"{number}.png")
    asked = ["protocol", "table-6", "--real", str(pictures), "--truth", str(masks), *FAST[:-4], "--json"]
    assert main([*asked, "--out", str(tmp_path / "out")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rows"][0]["ours"]["images"]["value"] == 2
    assert "2 pictures of 2 patients" in told["notes"][0]
    assert main([*asked, "--patient", "^P[0-9]+", "--out", str(tmp_path / "out")]) != 0
    assert "--patient" in capsys.readouterr().err


def test_circles_of_mini_mias_count_rows_from_the_bottom(tmp_path: Path) -> None:
    (tmp_path / "Info.txt").write_text(
        "Words\nmdb001 G CIRC B 535 425 197\nmdb003 D NORM \nmdb005 F CIRC B 477 133 30\n"
        "mdb005 F CIRC B 500 168 26"
        "\nmdb059 F CIRC B\n"
    )
    for name in ("mdb001", "mdb003", "mdb005"):
        (tmp_path / f"{name}.png").touch()
    found = {path.stem: circles for path, circles in _mias(tmp_path)}
    assert found == {"mdb001": [(535, 425, 197)], "mdb005": [(477, 133, 30), (500, 168, 26)]}


def test_films_of_mini_mias_are_scored_by_their_circles(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    films = tmp_path / "films"
    films.mkdir()
    pixels = np.zeros((128, 128), np.uint8)
    pixels[8:120, :80] = 100 + np.add.outer(np.arange(112), np.arange(80)) % 20
    pixels[20:44, 24:48] = 250  # of the circle: row 32 from the top, so y = 96
    for name in ("mdb001", "mdb002"):
        Image.fromarray(pixels).save(films / f"{name}.png")
    (films / "Info.txt").write_text("mdb001 G CIRC B 36 96 12\nmdb002 G CIRC B 36 96 12\n")
    asked = ["protocol", "table-6", "--real", str(films), *FAST[:-4], "--json", "--out", str(tmp_path / "out")]
    assert main(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert "2 pictures of 1 patients" in told["notes"][0]
    found = told["rows"][0]["ours"]
    assert found["pixel AUC, brightness"]["value"] > 0.98
    assert found["IoU"]["low"] is None
