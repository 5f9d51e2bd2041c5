"""`segment` writes maps in the frame of each file and scores them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image

from mambo_engine.cli import main
from mambo_engine.data.phantom import PhantomLabels, draw_phantom

QUICK = ["--steps", "4", "--device", "cpu", "--json"]


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    """A right breast with a bright square: (256, 200), chest wall on the right."""
    pixels = draw_phantom(PhantomLabels(2, "B", "CC"), size=256, seed=9).pixels.copy()
    pixels[110:140, 30:60] = 4000
    return pixels[:, 199::-1]


def saved(path: Path, pixels: np.ndarray) -> str:
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(pixels).save(path)
    return str(path)


def test_files_lie_in_the_frame_of_the_image_and_are_scored(
    image: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = saved(tmp_path / "a.png", image)
    truth = np.zeros(image.shape, np.uint8)
    truth[110:140, 140:170] = 250
    saved(tmp_path / "masks" / "a.png", truth)
    out = tmp_path / "out"
    command = ["segment", file, "--truth", str(tmp_path / "masks"), "--sweep", "300,700", "--out", str(out)]
    assert main([*command, "--format", "both", *QUICK]) == 0
    facts, summary = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert facts["flipped"]
    assert 0 < facts["iou"] <= 1
    assert facts["truth_px"] == pytest.approx(900 / 16, abs=8)
    assert [score["noise_level"] for score in summary["iou_by_noise_level"]] == [300, 700]
    assert summary["iou_by_area"][0]["images"] == 1
    assert json.loads((out / "scores.json").read_text()) == summary
    with Image.open(out / "a_mask.png") as picture:
        mask = np.asarray(picture) > 0
    assert mask.shape == image.shape
    assert mask[115:135, 145:165].mean() > 0.5
    dataset = pydicom.dcmread(out / "a_map.dcm")
    assert dataset.SyntheticData == "NO"
    with Image.open(out / "a_map.png") as picture:
        assert np.array_equal(dataset.pixel_array, np.asarray(picture))
    with Image.open(out / "a_overlay.png") as picture:
        assert (picture.mode, picture.size) == ("RGB", image.shape[::-1])


def test_without_truth_there_are_maps_and_no_scores(
    image: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = saved(tmp_path / "a.png", image)
    assert main(["segment", file, "--out", str(tmp_path / "out"), *QUICK]) == 0
    captured = capsys.readouterr()
    assert "iou" not in json.loads(captured.out)
    assert "trained on: 800 procedural phantoms" in captured.err
    assert not (tmp_path / "out" / "scores.json").exists()


def test_a_lesion_too_small_for_the_model_is_counted_apart(
    image: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = saved(tmp_path / "a.png", image)
    saved(tmp_path / "masks" / "a.png", np.zeros(image.shape, np.uint8))
    command = ["segment", file, "--truth", str(tmp_path / "masks"), "--out", str(tmp_path / "out")]
    assert main([*command, *QUICK]) == 0
    facts, summary = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert facts["truth_px"] == 0
    assert (summary["images"], summary["images_without_lesion"]) == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--noise-level", "1200"], "noise level: got 1200, expected 1..1000"),
        (["--sweep", "300"], "--sweep: got no --truth"),
        (["--truth", "masks", "--sweep", "low"], "--sweep: got 'low'"),
        (["--truth", "empty"], "got 0 masks named a"),
        (["--threshold", "2"], "threshold: got 2.0"),
        (["--relative-to", "moon"], "relative_to: got 'moon'"),
        (["--label", "age=5"], "label 'age' is unknown"),
    ],
)
def test_bad_input_ends_in_one_line_and_status_two(
    arguments: list[str],
    message: str,
    *,
    image: np.ndarray,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    saved(tmp_path / "a.png", image)
    saved(tmp_path / "masks" / "a.png", image)
    assert main(["segment", "a.png", *arguments, "--out", "out"]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_mask_of_another_shape_is_named(
    image: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = saved(tmp_path / "a.png", image)
    saved(tmp_path / "masks" / "a.png", image[:100])
    command = ["segment", file, "--truth", str(tmp_path / "masks"), "--out", str(tmp_path / "out")]
    assert main([*command, *QUICK]) == 2
    assert "expected that of the image, (256, 200)" in capsys.readouterr().err


def test_real_contrast_mammograms_run_from_end_to_end(
    shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A model of phantoms knows nothing of real breasts, so no score is asked for."""
    files = [str(shared_data / "cesm" / "images" / f"{name}_L_DM_MLO.jpg") for name in ("P60", "P172")]
    command = ["segment", *files, "--trim", "--truth", str(shared_data / "cesm" / "masks"), "--bucket", "1"]
    assert main([*command, "--sweep", "500,700", "--out", str(tmp_path), *QUICK]) == 0
    *each, summary = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert [0 <= facts["iou"] <= 1 for facts in each] == [True, True]
    assert [bucket["images"] for bucket in summary["iou_by_area"]] == [1, 1]
    assert 0 <= summary["mean_iou_brightest_pixels"] <= 1
