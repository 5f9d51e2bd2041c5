from __future__ import annotations

import json
from pathlib import Path

import pytest

from mambo_engine.cli import main


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    settings = tmp_path / "own.yaml"
    settings.write_text("pictures: 4\nzero_shot: {steps: 1, overlap: 0}\n")
    found = ["protocol", "table-4", "--config", str(settings), "--bundle", "phantom", "--real", "phantom"]
    found += ["--steps", "1", "--sampler", "dpmpp_2m", "--repeats", "20", "--device", "cpu"]
    return [*found, "--out", str(tmp_path / "out")]


def test_table_4_has_all_methods_at_both_factors_and_goes_on(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    ours = [row["name"] for row in found["rows"] if row["ours"]]
    assert len(ours) == 8
    assert {name.split()[0] for name in ours} == {"2x", "8x"}
    assert all(
        set(row["ours"]) == {"PSNR, dB", "SSIM", "Fréchet distance"} for row in found["rows"] if row["ours"]
    )
    kept = sorted((tmp_path / "out").glob("*.npz"))
    assert len(kept) == 16
    times = [path.stat().st_mtime_ns for path in kept]
    assert main(command) == 0
    assert [path.stat().st_mtime_ns for path in kept] == times
    told = capsys.readouterr().out
    assert "LPIPS: not measured" in told
    assert "AuraSR, not run" in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--real-count", "3"], "pictures: got 3, expected at least 4"),
        (["--repeats", "2"], "--repeats: got 2, expected at least 20"),
        (["--lpips-trunk", "x.pt"], "--lpips-trunk and --lpips-heads: got one of them"),
        (["--outside", "AuraSR=nowhere"], "8 of 8 files missing"),
        (["--config", "table-3"], "unknown classifier"),
    ],
)
def test_bad_arguments_end_in_one_line(
    arguments: list[str], message: str, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, *arguments]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
