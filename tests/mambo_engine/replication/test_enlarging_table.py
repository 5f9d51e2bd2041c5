from __future__ import annotations

from mambo_engine.replication.enlarging import BICUBIC, CASCADE, CONSISTENT, ZERO_SHOT
from mambo_engine.replication.enlarging_table import PAPER, enlarging_table
from mambo_engine.replication.table import Measured

FIGURES = {"SSIM": Measured(0.5)}


def test_each_method_stands_beside_the_papers_and_those_not_run_are_named() -> None:
    ours = dict.fromkeys((BICUBIC, ZERO_SHOT, CASCADE, CONSISTENT, "AuraSR"), FIGURES)
    table = enlarging_table("table-4", {8: ours, 2: ours}, ("SSIM",), differs=["data"])
    rows = {row.name: row for row in table.rows}
    assert next(iter(rows)) == "2x (paper 4x) bicubic"
    assert rows["2x (paper 4x) bicubic"].paper["RSNA FID"] == "126.91"
    assert rows["8x (paper 16x) cascade"].paper["VinDr LPIPS"] == "0.13"
    assert rows["8x (paper 16x) AuraSR"].paper["RSNA FID"] == "249.00"
    assert not rows["2x (paper 4x) cascade, area mean kept"].paper
    left = [name for name in rows if name.endswith("not run")]
    assert len(left) == 2 * (len(PAPER[4]) - 4)


def test_one_factor_alone_stands_beside_the_papers_larger_one() -> None:
    table = enlarging_table("table-5", {8: {BICUBIC: FIGURES}}, ("SSIM",), differs=["data"])
    assert table.rows[0].name == "8x (paper 16x) bicubic"
