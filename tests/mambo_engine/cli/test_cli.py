from __future__ import annotations

import csv
import json
import signal
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image

from mambo_engine.cascade.events import PatchEvent
from mambo_engine.cli import drawing, main
from mambo_engine.cli.pictures import provenance_of


def test_info_reports_the_papers_parameter_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "--preset", "paper", "--json"]) == 0
    counts = json.loads(capsys.readouterr().out)["parameters"]
    assert counts == {"1->1": 78_242_049, "3->1": 78_254_593, "3->3": 78_254_851}


def test_info_describes_the_installed_bundle(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["vocabulary"]["density"] == ["A", "B", "C", "D"]
    assert facts["size"] == 512


def test_sample_writes_a_16_bit_picture_and_its_labels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["sample", "phantom", "--label", "birads=4", "--label", "view=MLO", "--seed", "7", "--steps", "2"]
    assert main([*command, "--device", "cpu", "--out", str(tmp_path), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    with Image.open(facts["file"]) as picture:
        assert picture.mode == "I;16"
        pixels = np.asarray(picture)
    assert pixels.shape == (512, 512)
    assert 0 < pixels.max() <= 4095
    with (tmp_path / "labels.csv").open() as file:
        row = next(csv.DictReader(file))
    assert (row["birads"], row["density"], row["view"]) == ("4", "", "MLO")


def test_sample_writes_dicom_that_holds_the_same_pixels(tmp_path: Path) -> None:
    command = ["sample", "phantom", "--label", "view=CC", "--steps", "2", "--device", "cpu"]
    assert main([*command, "--format", "both", "--out", str(tmp_path)]) == 0
    dataset = pydicom.dcmread(tmp_path / "generated_00000.dcm")
    with Image.open(tmp_path / "generated_00000.png") as picture:
        assert np.array_equal(dataset.pixel_array, np.asarray(picture))
    facts = provenance_of(tmp_path / "generated_00000.png")
    assert facts is not None
    assert facts == json.loads(dataset.ImageComments)
    assert (facts["bundle"], facts["labels"], facts["sampling"]["steps"]) == ("phantom", {"view": "CC"}, 2)
    assert (dataset.SyntheticData, dataset.ViewPosition) == ("YES", "CC")


def test_sample_goes_on_after_ctrl_c_to_the_same_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["sample", "phantom", "--count", "2", "--steps", "2", "--device", "cpu", "--out"]
    assert main([*command, str(tmp_path / "undisturbed")]) == 0
    shown = drawing._PatchBar.show
    events = []

    def interrupt(bar: drawing._PatchBar, event: PatchEvent) -> None:
        shown(bar, event)
        events.append(event)
        if event.stage == "patch" and event.done > 20 and len(events) > 40:
            signal.raise_signal(signal.SIGINT)

    # Started in the background, Python finds the signal ignored and leaves it so.
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with monkeypatch.context() as patched:
            patched.setattr(drawing._PatchBar, "show", interrupt)
            assert main([*command, str(tmp_path / "stopped")]) == 130
    finally:
        signal.signal(signal.SIGINT, handler)
    assert "the same command goes on from there" in capsys.readouterr().err
    assert (tmp_path / "stopped" / "unfinished.npz").is_file()
    assert main([*command, str(tmp_path / "stopped"), "--json"]) == 0
    assert not (tmp_path / "stopped" / "unfinished.npz").exists()
    names = sorted(path.name for path in (tmp_path / "undisturbed").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "stopped").iterdir())
    for name in names:
        assert (tmp_path / "undisturbed" / name).read_bytes() == (tmp_path / "stopped" / name).read_bytes(), name


def test_sample_leaves_finished_pictures_as_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["sample", "phantom", "--steps", "1", "--device", "cpu", "--out", str(tmp_path), "--json"]
    assert main(command) == 0
    made = (tmp_path / "generated_00000.png").stat().st_mtime_ns
    assert main(command) == 0
    assert (tmp_path / "generated_00000.png").stat().st_mtime_ns == made
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["seconds"] == 0.0
    assert main([*command, "--label", "birads=5"]) == 0
    assert (tmp_path / "generated_00000.png").stat().st_mtime_ns != made


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sample", "phantom", "--count", "0"], "--count: got 0, expected at least 1"),
        (["sample", "phantom", "--max-memory", "1MB"], "expected at least"),
        (["sample", "phantom", "--aggregation", "joint"], "expected dpmpp_2m or ddim with eta 0"),
        (["sample", "phantom", "--label", "birads=9"], "got '9', expected one of 1, 2, 3, 4, 5"),
        (["sample", "phantom", "--label", "age=50"], "this model has: birads, density, view"),
        (["sample", "phantom", "--label", "birads"], "expected FIELD=VALUE"),
        (["sample", "phantom", "--steps", "0"], "expected 1..1000"),
        (["sample", "no-such-bundle"], "expected one of"),
        (["sample", "phantom", "--device", "abacus"], "device: got 'abacus'"),
        (["train", "--config", "nothing", "--stage", "global"], "not one of: "),
    ],
)
def test_bad_arguments_end_in_one_line_and_status_two(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--out", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_phantom_writes_pictures_with_labels(tmp_path: Path) -> None:
    assert main(["phantom", "--count", "3", "--size", "96", "--seed", "5", "--out", str(tmp_path)]) == 0
    with (tmp_path / "labels.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows] == [f"phantom_0000{n}.png" for n in (5, 6, 7)]
    assert {row["view"] for row in rows} <= {"CC", "MLO"}
    with Image.open(tmp_path / rows[0]["file"]) as picture:
        assert picture.size == (96, 96)


def test_train_writes_a_checkpoint_that_bundle_then_reads(
    experiment_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    for stage in ("global", "local", "patch"):
        assert main(["train", "--config", str(experiment_file), "--stage", stage, "--out", str(out)]) == 0
    command = ["bundle", "--config", str(experiment_file), "--checkpoints", str(out)]
    assert main([*command, "--out", str(tmp_path / "bundle")]) == 0
    assert "digest" in capsys.readouterr().out


def test_a_file_in_place_of_the_out_folder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "taken").write_text("")
    assert main(["phantom", "--size", "64", "--out", str(tmp_path / "taken")]) == 2
    assert "taken" in capsys.readouterr().err


def test_preprocess_writes_a_square_of_a_real_mammogram(
    ge_dicom: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["preprocess", str(ge_dicom), "--out", str(tmp_path), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["side"] == 3072
    assert facts["flipped"]
    with Image.open(facts["file"]) as picture:
        assert picture.size == (3072, 3072)


def test_train_without_a_stage_trains_all_three(experiment_file: Path, tmp_path: Path) -> None:
    assert main(["train", "--config", str(experiment_file), "--out", str(tmp_path / "run")]) == 0
    assert len(list((tmp_path / "run").glob("*/checkpoint.pt"))) == 3
