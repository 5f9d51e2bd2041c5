from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from mambo_engine.cli import main
from tests.mambo_engine.conversion.layouts import published, with_rms_norm


def test_convert_writes_a_stage_and_tells_what_it_read(
    shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = shared_data / "reference_unet/checkpoint.pt", tmp_path / "stage"
    assert main(["convert", str(source), str(out), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["tensors"], facts["config"]["network"]["base_channels"]) == (343, 16)
    assert facts["intensity"]["mean"] == 0.007
    assert sorted(path.name for path in out.iterdir()) == ["stage.json", "weights.safetensors"]


def test_convert_makes_a_bundle_that_info_verifies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stages = []
    for stage, channels in (("global", 1), ("local", 3), ("patch", 3)):
        torch.save({"model_state": published(channels=channels)}, tmp_path / f"{stage}.pt")
        stages += ["--stage", f"{stage}={tmp_path / stage}.pt"]
    out, sides = tmp_path / "bundle", ["--size", "48", "--patch-size", "16", "--overlap", "4"]
    assert main(["convert", *stages, *sides, "--out", str(out), "--license", "none", "--bits", "14"]) == 0
    capsys.readouterr()
    assert main(["info", "--bundle", str(out), "--verify", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["verified"] is True
    assert (facts["size"], facts["sampler"], facts["steps"], facts["license"]) == (48, "ddim", 150, "none")
    assert facts["intensity"]["bits"] == 14
    assert sorted(facts["parameters"]) == ["global", "local", "patch"]
    path = out / "local.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    assert main(["info", "--bundle", str(out), "--verify"]) == 2
    assert "got SHA-256" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "expected SOURCE OUT, or three --stage"),
        (["no.pt", "out"], "got no such file"),
        (["--stage", "global"], "no --size"),
        (["--stage", "middle=a.pt", "--size", "96", "--out", "out"], "expected each of global, local, patch once"),
        (["--stage", "global=a.pt", "--size", "96", "--out", "out"], "expected at least patch_size 256"),
    ],
)
def test_bad_arguments_end_in_one_line(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["convert", *arguments]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_the_present_layout_is_refused_with_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.save({"model_state": with_rms_norm(published())}, tmp_path / "new.pt")
    assert main(["convert", str(tmp_path / "new.pt"), str(tmp_path / "out")]) == 2
    assert "5999fc1" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
