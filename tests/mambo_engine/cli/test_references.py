from __future__ import annotations

from mambo_engine.checkpoint import read_manifest
from mambo_engine.cli import main
from mambo_engine.evaluation.references import CopyReferences


def test_references_of_phantoms_name_their_bundle(tmp_path, capsys):
    out = tmp_path / "site" / "phantom.npz"
    words = ["references", "--bundle", "phantom", "--train", "phantom", "--real", "phantom", "--out", str(out)]
    assert main([*words, "--train-count", "3", "--real-count", "2"]) == 0
    made = CopyReferences.load(out)
    assert made.digest == read_manifest("phantom").digest
    assert made.training.shape == (3, 64, 64)
    assert made.held_out.shape == (2,)
    assert "3 pictures trained on, 2 others" in capsys.readouterr().out


def test_references_want_a_file_name(tmp_path, capsys):
    words = [
        "references",
        "--bundle",
        "phantom",
        "--train",
        "phantom",
        "--real",
        "phantom",
        "--out",
        str(tmp_path),
    ]
    assert main(words) == 2
    assert ".npz" in capsys.readouterr().err
