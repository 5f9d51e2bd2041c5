from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mambo_engine.cli import main
from mambo_engine.data.manifest import ManifestRow, write_manifest

COMMON = ["--bundle", "phantom", "--count", "2", "--steps", "1", "--device", "cpu", "--repeats", "20"]


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("evaluated")
    sources = ["--real", "phantom", "--real-count", "4", "--train", "phantom", "--train-count", "2"]
    assert main(["evaluate", *COMMON, *sources, "--out", str(out)]) == 0
    return out


def test_evaluate_writes_figures_and_a_page(evaluated: Path) -> None:
    found = json.loads((evaluated / "evaluation.json").read_text())
    assert found["bundle"] == "phantom"
    assert found["sampling"]["steps"] == 1
    assert found["real"] == "4 phantoms, seeds from 500000"
    assert found["training"] == "2 phantoms, seeds from 1000"
    # One step draws no texture: every figure must say so.
    assert found["figures"]["frechet"]["generated_at_the_number_of_real"] > found["figures"]["frechet"]["real"]
    assert found["figures"]["spectrum_distance"]["generated"]["value"] > 0.3
    assert {"seam_patch", "seam_local"} <= set(found["figures"])
    assert len(found["memorization"]["pairs"]) == 2
    assert "data:image/png" in (evaluated / "evaluation.html").read_text()


def test_evaluate_uses_its_pictures_again(
    evaluated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = tmp_path / "again"
    shutil.copytree(evaluated, again)
    drawn = again / "pictures"
    before = {path.name: path.stat().st_mtime_ns for path in drawn.glob("*.png")}
    sources = ["--real", "phantom", "--real-count", "4"]
    assert main(["evaluate", *COMMON, *sources, "--out", str(again), "--json"]) == 0
    assert {path.name: path.stat().st_mtime_ns for path in drawn.glob("*.png")} == before
    first = json.loads(capsys.readouterr().out)
    out = ["--generated", str(drawn), "--out", str(tmp_path / "other"), "--json"]
    assert main(["evaluate", *COMMON, *sources, *out]) == 0
    assert json.loads(capsys.readouterr().out)["figures"] == first["figures"]


def test_evaluate_reads_real_pictures_from_a_manifest_by_split(
    evaluated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["phantom", "--count", "5", "--size", "128", "--out", str(tmp_path / "real")]) == 0
    splits = ["val", "val", "val", "val", "train"]
    rows = [
        ManifestRow(f"real/phantom_{number:05d}.png", f"p{number}", split, {})
        for number, split in enumerate(splits)
    ]
    write_manifest(rows, tmp_path / "set.csv")
    sources = ["--real", str(tmp_path / "set.csv"), "--train", str(tmp_path / "set.csv"), "--bits", "12"]
    out = ["--generated", str(evaluated / "pictures"), "--out", str(tmp_path / "out"), "--json"]
    assert main(["evaluate", *COMMON, *sources, *out]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert found["real"] == "split val of set.csv, 4 pictures"
    assert found["memorization"]["pixels"]["held_out"] == 4
    assert {pair["training"] for pair in found["memorization"]["pairs"]} == {"phantom_00004.png"}
    assert main(["evaluate", *COMMON, *sources[2:], "--real", f"{tmp_path / 'set.csv'}:test", *out]) == 2
    assert "got no pictures of split test" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--real", "phantom", "--count", "1"], "--count: got 1, expected at least 2"),
        (["--real", "phantom", "--real-count", "3"], "got 2 generated and 3 real, expected at least 2 and 4"),
        (["--real", "nowhere"], "--real: got nowhere, expected a folder or a manifest that is there"),
        (["--real", "set.csv:half"], "got split 'half', expected train, val, test"),
        (["--real", "phantom", "--extractor", "none.pt"], "none.pt: got no such file, expected a TorchScript"),
        (["--real", "phantom", "--repeats", "5"], "--repeats: got 5, expected at least 20"),
        (["--real", "phantom", "--bundle", "nothing"], "expected one of"),
    ],
)
def test_bad_arguments_end_in_one_line_before_anything_is_drawn(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", *COMMON, *arguments, "--out", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not (tmp_path / "pictures").exists()


def test_twelve_bits_in_sixteen_are_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["phantom", "--count", "4", "--size", "128", "--out", str(tmp_path / "real")]) == 0
    command = ["evaluate", *COMMON, "--real", str(tmp_path / "real"), "--out", str(tmp_path / "out")]
    assert main(command) == 2
    assert "give --bits where 16-bit files hold fewer bits" in capsys.readouterr().err
    assert not (tmp_path / "out" / "pictures").exists()


def test_real_mammograms_stay_outside_of_repositories(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".git").mkdir()
    assert main(["evaluate", *COMMON, "--real", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "inside a repository" in capsys.readouterr().err


def test_pictures_of_nobody_are_refused_as_generated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.fromarray(np.zeros((512, 512), np.uint16)).save(tmp_path / "a.png")
    Image.fromarray(np.zeros((512, 512), np.uint16)).save(tmp_path / "b.png")
    sources = ["--real", "phantom", "--real-count", "4", "--generated", str(tmp_path)]
    assert main(["evaluate", *COMMON, *sources, "--out", str(tmp_path / "out")]) == 2
    assert "got no model's name, expected a picture of phantom" in capsys.readouterr().err
