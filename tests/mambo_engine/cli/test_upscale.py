"""`upscale` enlarges files and says what it did."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image

from mambo_engine.cli import main
from mambo_engine.cli.pictures import provenance_of
from mambo_engine.data.phantom import PhantomLabels, draw_phantom

QUICK = ["--steps", "1", "--device", "cpu", "--json"]


@pytest.fixture(scope="module")
def phantom() -> np.ndarray:
    return draw_phantom(PhantomLabels(2, "B", "MLO"), size=512, seed=4).pixels


def saved(path: Path, pixels: np.ndarray) -> str:
    Image.fromarray(pixels).save(path)
    return str(path)


def printed(capsys: pytest.CaptureFixture[str]) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_degraded_file_is_enlarged_and_compared(
    phantom: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = saved(tmp_path / "a.png", phantom)
    command = ["upscale", file, "--out", str(tmp_path / "out"), "--degrade", "--format", "both"]
    assert main([*command, *QUICK, "--seed", "3", "--label", "view=MLO"]) == 0
    (facts,) = printed(capsys)
    assert (facts["factor"], facts["from"], facts["size"]) == (8, 64, 512)
    assert facts["rmse"] > 0
    assert facts["rmse_bicubic"] > 0
    dicom, png = (tmp_path / "out" / f"a_x8{ending}" for ending in (".dcm", ".png"))
    dataset = pydicom.dcmread(dicom)
    with Image.open(png) as picture:
        assert np.array_equal(dataset.pixel_array, np.asarray(picture))
    assert dataset.SyntheticData == "YES"
    told = provenance_of(png)
    assert told is not None
    assert (told["seed"], told["bundle"], told["factor"]) == (3, "phantom", 8)


def test_the_baseline_needs_no_bundle_weights_and_is_not_called_synthetic(
    phantom: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = saved(tmp_path / "a.png", phantom)
    command = ["upscale", file, "--out", str(tmp_path / "out"), "--factor", "2", "--baseline", "bicubic"]
    assert main([*command, "--format", "dicom", "--json"]) == 0
    (facts,) = printed(capsys)
    assert (facts["method"], facts["from"]) == ("bicubic", 256)
    dataset = pydicom.dcmread(facts["files"][0])
    assert dataset.SyntheticData == "NO"
    assert dataset.pixel_array.shape == (512, 512)


def test_by_default_as_little_as_possible_is_invented(
    phantom: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = phantom.reshape(64, 8, 64, 8).mean(axis=(1, 3)).astype(np.uint16)
    files = [saved(tmp_path / "small.png", small), saved(tmp_path / "large.png", phantom)]
    assert main(["upscale", *files, "--out", str(tmp_path), "--baseline", "bicubic", "--json"]) == 0
    assert [facts["factor"] for facts in printed(capsys)] == [8, 2]


def test_nothing_of_the_person_is_kept(ge_dicom: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = pydicom.dcmread(ge_dicom)
    source.PatientName, source.PatientID, source.InstitutionName = "Doe^Jane", "4711", "General"
    source.save_as(tmp_path / "in.dcm")
    command = ["upscale", str(tmp_path / "in.dcm"), "--out", str(tmp_path / "out"), "--baseline", "bicubic"]
    assert main([*command, "--format", "dicom", "--json"]) == 0
    (facts,) = printed(capsys)
    assert facts["flipped"]
    raw = Path(facts["files"][0]).read_bytes()
    assert not any(word in raw for word in (b"Doe", b"4711", b"General", source.SOPInstanceUID.encode()))
    result = pydicom.dcmread(facts["files"][0])
    assert (result.ViewPosition, result.ImageLaterality) == ("MLO", "R")
    spacing = float(source.ImagerPixelSpacing[0]) * max(source.Rows, source.Columns) / 512
    assert float(result.PixelSpacing[0]) == pytest.approx(spacing, rel=1e-4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a.png", "--factor", "3"], "--factor: got 3, expected one of 8, 2"),
        (["none.png"], "none.png: No such file"),
        (["a.png", "a.png"], "files: got a more than once"),
        (["a.png", "--label", "view=XX"], "expected one of CC, MLO"),
        (["tiny.png"], "tiny.png: got a side of 20 px, expected at least 64"),
        (["text.png"], "not an image"),
    ],
)
def test_bad_input_ends_in_one_line_and_status_two(
    arguments: list[str],
    message: str,
    *,
    phantom: np.ndarray,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    saved(tmp_path / "a.png", phantom)
    saved(tmp_path / "tiny.png", phantom[200:220, :20])
    (tmp_path / "text.png").write_text("no picture")
    assert main(["upscale", *arguments, "--baseline", "bicubic", "--out", "out"]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("mambo upscale:") == 1
    assert not (tmp_path / "out").exists()
