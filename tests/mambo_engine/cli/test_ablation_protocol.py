"""`protocol table-7` on the command line, with a bundle of random weights."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mambo_engine.__main__ import main
from tests.mambo_engine.checkpoint.conftest import bundle

__all__ = ["bundle"]

FAST = ["--real", "phantom", "--steps", "1", "--count", "2", "--real-count", "4", "--repeats", "20"]


def test_table_7_has_a_row_a_variant_and_goes_on_from_what_is_kept(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["protocol", "table-7", "--bundle", str(bundle), "--beside", str(bundle), *FAST]
    asked += ["--out", str(tmp_path / "out"), "--json"]
    assert main(asked) == 0
    told = json.loads(capsys.readouterr().out)
    names = [row["name"] for row in told["rows"]]
    assert names[:3] == ["as trained, k = 2", "local region of k = 1", "local region of k = 3"]
    assert {"without global contexts", "real pictures", "tiny, trained with k = 2"} <= set(names)
    first = told["rows"][0]
    assert first["ours"]["seconds a picture"]["value"] > 0
    assert first["ours"]["seam ratio, patch"]["low"] is not None
    assert first["paper"]["patch FID/LPIPS"] == "36.46/0.38"
    assert main(asked) == 0
    assert json.loads(capsys.readouterr().out) == told


@pytest.mark.parametrize(
    ("more", "words"),
    [(["--count", "1"], "--count"), (["--beside", "nothing"], "nothing"), (["--repeats", "2"], "--repeats")],
)
def test_bad_options_end_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], words: str
) -> None:
    out = tmp_path / "out"
    assert main(["protocol", "table-7", "--bundle", "phantom", *FAST, *more, "--out", str(out)]) != 0
    assert words in capsys.readouterr().err
    assert not out.exists()
