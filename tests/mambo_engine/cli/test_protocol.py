from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from mambo_engine.cli import main
from mambo_engine.cli.kept_pictures import KeptPictures

QUICK = ["--bundle", "phantom", "--real", "phantom", "--real-count", "4", "--repeats", "20", "--steps", "1"]
QUICK += ["--sampler", "dpmpp_2m", "--device", "cpu"]


def test_table_1_has_all_settings_and_keeps_what_it_drew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["protocol", "table-1", *QUICK, "--pipeline", "2", "--out", str(tmp_path)]
    assert main([*command, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == json.loads((tmp_path / "table-1.json").read_text())
    assert found["extractor"]["name"] == "texture-16"
    cells = [(row["input"], row["setting"]) for row in found["rows"]]
    assert cells[:4] == [("patch", name) for name in ("ROI", "random", "pipeline", "bound")]
    assert cells[-2:] == [("global", "pipeline"), ("global", "bound")]
    made = (tmp_path / "pipeline-00001.npz").stat().st_mtime_ns
    assert main(command) == 0
    assert (tmp_path / "pipeline-00001.npz").stat().st_mtime_ns == made
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 1 + len(cells)
    assert told[1].split()[-2:] == ["2.73", "4.77"]


def test_figure_9_has_a_row_an_overlap(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["protocol", "figure-9", *QUICK, "--overlaps", "0,16", "--out", str(tmp_path)]
    assert main([*command, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [(row["overlap"], row["patches"]) for row in rows] == [(0, 64), (16, 121)]
    assert all(row["mse"]["low"] <= row["mse"]["value"] for row in rows)
    assert len(list(tmp_path.glob("overlap-*.npz"))) == 8


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["figure-9", "--overlaps", "a,b"], "--overlaps: got 'a,b', expected 0,8,16"),
        (["figure-9", "--overlaps", "8,64"], "--overlaps: got 64, expected 0..63"),
        (["table-1", "--pipeline", "1"], "--pipeline: got 1, expected at least 2"),
        (["table-1", "--extractor", "no-such-file"], "no-such-file"),
    ],
)
def test_bad_arguments_end_in_one_line_and_status_two(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["protocol", arguments[0], *QUICK, *arguments[1:], "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_too_few_real_pictures_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["protocol", "table-1", *QUICK, "--real-count", "3", "--out", str(tmp_path)]
    assert main(command) == 2
    assert "--real-count: got 3, expected at least 4" in capsys.readouterr().err


def test_a_kept_picture_of_something_else_is_drawn_anew(tmp_path: Path) -> None:
    drawn: list[int] = []

    def draw() -> np.ndarray:
        drawn.append(1)
        return np.full((2, 2), len(drawn), dtype=np.float32)

    kept = KeptPictures(tmp_path, {"digest": "a"})
    assert kept.picture("x", {"seed": 1}, draw)[0, 0] == 1
    assert kept.picture("x", {"seed": 1}, draw)[0, 0] == 1
    assert kept.picture("x", {"seed": 2}, draw)[0, 0] == 2
    (tmp_path / "x.npz").write_bytes(b"cut off")
    assert kept.picture("x", {"seed": 2}, draw)[0, 0] == 3
