from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mambo_engine.cli import main
from mambo_engine.loading import load_bundle
from mambo_engine.training.log import HELD_OUT, LOSSES, read_curve

CONFIG = """
name: made
geometry: {size: 64, patch_size: 16, context_factor: 2, overlap: 4}
data: {manifest: made.csv, labels: {view: [CC, MLO]}, copies: 1, about: made half-discs, attribution: nobody}
license: CC0-1.0
training: {iterations: 2, batch: 2, log_every: 1, validate_every: 2, validation_examples: 4}
stages:
  global: {network: &small {base_channels: 8, multipliers: [1, 2], norm_groups: 4, linear_attention: false,
           label_sizes: [2]}}
  local: {network: {<<: *small, in_channels: 3}, training: {init_from: patch}}
  patch: {network: {<<: *small, in_channels: 3}}
"""


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """The verb takes over Ctrl-C; the test session gets it back."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    rows, columns = np.ogrid[:96, :64]
    lines = ["path,patient,split,view"]
    for number, split in enumerate(["train", "train", "val", "test"]):
        inside = (rows - 48) ** 2 + columns**2 < (30 + 3 * number) ** 2
        Image.fromarray(np.where(inside, 150 + number, 0).astype(np.uint8)).save(tmp_path / f"{number}.png")
        lines.append(f"{number}.png,p{number},{split},{('CC', 'MLO')[number % 2]}")
    (tmp_path / "made.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "made.yaml").write_text(CONFIG)
    return tmp_path / "made.yaml"


def train(config: Path, *more: str) -> int:
    out = str(config.parent / "run")
    return main(["train", "--config", str(config), "--out", out, "--device", "cpu", *more])


def test_a_manifest_is_trained_on_and_becomes_a_bundle(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(config) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in printed] == ["global", "patch", "local"]
    run, bundle = config.parent / "run", config.parent / "bundle"
    assert [iteration for iteration, _ in read_curve(run / "local" / LOSSES)] == [1, 2]
    assert [iteration for iteration, _ in read_curve(run / "local" / HELD_OUT)] == [2]
    assert main(["bundle", "--config", str(config), "--checkpoints", str(run), "--out", str(bundle)]) == 0
    manifest = load_bundle(bundle, device="cpu")
    assert dict(manifest.vocabulary) == {"view": ("CC", "MLO")}
    card = (bundle / "README.md").read_text()
    for text in ("made half-discs", "| attribution | nobody |", "CC0-1.0", "init_from patch (local)", "held out"):
        assert text in card


def test_check_says_what_the_images_are_and_trains_nothing(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(config, "--check") == 0
    assert "4 images (2 train, 1 val, 1 test), 64 px" in capsys.readouterr().out
    assert not (config.parent / "run").exists()


def test_problems_of_a_manifest_end_the_run_before_it_begins(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = config.parent / "made.csv"
    table.write_text(table.read_text().replace("3.png,p3", "4.png,p0").replace(",MLO", ",LMO", 1))
    assert train(config) == 2
    error = capsys.readouterr().err
    assert "3 problems" in error
    assert "row 3: view got 'LMO'" in error
    assert "row 5: no file" in error
    assert "row 5: patient p0 is in test, and in train in row 2" in error
    assert not (config.parent / "run").exists()


def test_another_manifest_and_device_may_be_named(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(config, "--check", "--manifest", "absent.csv") == 2
    assert "data manifest: got absent.csv" in capsys.readouterr().err
    assert train(config, "--device", "abacus") == 2
    assert "device: got 'abacus'" in capsys.readouterr().err


def test_manifest_writes_a_table_that_check_takes(
    shared_data: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = config.parent / "mias.csv"
    assert main(["manifest", "mias", str(shared_data / "mias"), "--out", str(table), "--where", "tissue=F"]) == 0
    assert "86 images of 4" in capsys.readouterr().out
    assert train(config, "--check", "--manifest", str(table)) == 0
    assert "86 images" in capsys.readouterr().out
