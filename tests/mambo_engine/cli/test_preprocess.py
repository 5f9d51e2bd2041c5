"""`preprocess` writes squares and masks; header and options come before the pixels."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mambo_engine.cli import main
from mambo_engine.data.dicom_output import Derivation, derived_dicom, write_dicom
from mambo_engine.data.phantom import PhantomLabels, draw_phantom


@pytest.fixture
def file(tmp_path: Path) -> Path:
    pixels = draw_phantom(PhantomLabels(2, "B", "CC"), size=128, seed=9).pixels
    Image.fromarray(pixels).save(tmp_path / "a.png")
    return tmp_path / "a.png"


def area(path: Path) -> int:
    with Image.open(path) as picture:
        return int((np.asarray(picture) == 65535).sum())


def test_masks_are_written_when_asked_for(file: Path, tmp_path: Path) -> None:
    areas = []
    for kind in ("eroded", "breast", "dilated"):
        out = tmp_path / kind
        command = ["preprocess", str(file), "--patch-size", "64", "--mask", kind, "--erosion", "8"]
        assert main([*command, "--out", str(out)]) == 0
        areas.append(area(out / "a_mask.png"))
    assert areas[0] < areas[1] <= areas[2]


def test_options_come_before_the_pixels(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["preprocess", str(file), "--out", str(tmp_path / "out"), "--json"]
    assert main(command) == 0
    assert not json.loads(capsys.readouterr().out)["flipped"]
    assert main([*command, "--flip"]) == 0
    assert json.loads(capsys.readouterr().out)["flipped"]
    assert main([*command, "--bits", "8"]) == 2
    assert "expected values below 2**8" in capsys.readouterr().err


def test_the_header_comes_before_the_pixels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset = derived_dicom(
        draw_phantom(PhantomLabels(2, "B", "CC"), size=128, seed=9).pixels, Derivation("A phantom."), bits=12
    )
    flipped = {}
    for directions in (["A", "R"], ["P", "L"], None):
        dataset.PatientOrientation = directions
        write_dicom(tmp_path / "a.dcm", dataset)
        command = ["preprocess", str(tmp_path / "a.dcm"), "--patch-size", "64", "--json"]
        assert main([*command, "--out", str(tmp_path / "out")]) == 0
        flipped[str(directions)] = json.loads(capsys.readouterr().out)["flipped"]
    assert list(flipped.values()) == [False, True, False]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--patch-size", "0"], "--patch-size: got 0"), (["--erosion", "0"], "--erosion: got 0")],
)
def test_numbers_out_of_range_are_refused(
    arguments: list[str], message: str, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["preprocess", str(file), *arguments, "--out", str(tmp_path / "out")]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
