from __future__ import annotations

import json
from pathlib import Path

import pytest

from mambo_engine.cli import main

SETTINGS = """
label: view
positive: [MLO]
negative: [CC]
shares: [0, 1]
seeds: 2
stage: global
classifier: {side: 32, epochs: 1, widths: [8, 8]}
"""


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    settings = tmp_path / "own.yaml"
    settings.write_text(SETTINGS)
    found = ["protocol", "table-3", "--config", str(settings), "--bundle", "phantom", "--real", "phantom"]
    found += ["--train-count", "8", "--test-count", "8", "--steps", "1", "--sampler", "dpmpp_2m"]
    return [*found, "--repeats", "20", "--device", "cpu", "--out", str(tmp_path / "out")]


def test_table_3_has_a_row_a_share_and_goes_on_from_what_is_kept(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == json.loads((tmp_path / "out" / "table-3.json").read_text())
    assert [row["name"] for row in found["rows"]] == ["0 %", "100 %"]
    assert found["rows"][0]["paper"]["AUC"] == ".744"
    assert found["settings"]["label"] == "view"
    kept = sorted((tmp_path / "out").glob("*.npz"))
    assert [path.name.split("-")[0] for path in kept].count("scores") == 4
    assert [path.name.split("-")[0] for path in kept].count("drawn") == 8
    times = [path.stat().st_mtime_ns for path in kept]
    kept[-1].unlink()
    assert main(command) == 0
    again = [path.stat().st_mtime_ns for path in kept]
    assert again[:-1] == times[:-1]
    assert again[-1] > times[-1]
    told = capsys.readouterr().out
    assert "What differs from the paper:" in told
    assert "8 training pictures" in told
    assert (tmp_path / "out" / "table-3.md").read_text().startswith("**Tab. 3")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--config", "no-such"], "--config: got 'no-such', which is no file"),
        (["--repeats", "5"], "--repeats: got 5, expected at least 20"),
        (["--real", "folder"], "--real: got folder, expected phantom or FILE.csv"),
        (["--bundle", "cesm", "--config", "table-3-paper"], "bundle cesm: cannot be asked for birads 1, 2"),
    ],
)
def test_bad_arguments_end_in_one_line_before_anything_is_read(
    arguments: list[str], message: str, command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, *arguments]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_label_that_is_not_asked_for_is_refused_with_its_row(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "own.csv"
    table.write_text("path,patient,split,view\nmissing.png,p1,train,LM\n")
    assert main([*command, "--real", str(table)]) == 2
    error = capsys.readouterr().err
    assert "2 problems" in error
    assert "row 2" in error
