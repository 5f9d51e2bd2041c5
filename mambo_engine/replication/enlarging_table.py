"""Tables 4 and 5 as the command prints them: our figures of each method, the paper's beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from mambo_engine.replication.enlarging import BICUBIC, CASCADE, ZERO_SHOT
from mambo_engine.replication.table import Measured, Row, Table

PAPER_COLUMNS = ("RSNA FID", "RSNA LPIPS", "VinDr FID", "VinDr LPIPS")
PAPER: Mapping[int, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        4: {
            "bicubic": ("126.91", "0.36", "74.96", "0.21"),
            "AuraSR": ("28.40", "0.11", "17.48", "0.07"),
            "DDNM (mammo)": ("110.92", "0.20", "99.03", "0.13"),
            "LDM-SR (OpenImages)": ("80.69", "0.49", "104.90", "0.16"),
            "LDM-SR (mammo)": ("31.87", "0.25", "18.94", "0.08"),
            "MAMBO": ("33.70", "0.25", "18.74", "0.10"),
        },
        16: {
            "bicubic": ("215.81", "0.66", "240.71", "0.41"),
            "AuraSR": ("249.00", "0.69", "257.28", "0.71"),
            "DDNM (mammo)": ("227.21", "0.53", "219.62", "0.40"),
            "LDM-SR (OpenImages)": ("270.38", "0.76", "197.53", "0.49"),
            "LDM-SR (mammo)": ("144.65", "0.45", "19.17", "0.16"),
            "MAMBO": ("21.82", "0.31", "26.06", "0.13"),
        },
    }
)
"""Tab. 4 and 5 by factor and method."""

IN_PAPER = {BICUBIC: "bicubic", ZERO_SHOT: "DDNM (mammo)", CASCADE: "MAMBO"}
"""Our method's name in the paper; an external method has its own."""

Figures = Mapping[str, Measured]


def enlarging_table(
    name: str,
    found: Mapping[int, Mapping[str, Figures]],
    columns: tuple[str, ...],
    *,
    differs: Sequence[str],
    notes: Sequence[str] = (),
) -> Table:
    """The table of all methods.

    Args:
        name: table-4 or table-5.
        found: figures by factor and method; the smallest factor stands beside the paper's 4, the largest beside
            its 16.
        columns: names of the figures.
        differs: from the paper.
        notes: for the reader.
    """
    rows: list[Row] = []
    for factor, methods in sorted(found.items()):
        theirs = 4 if len(found) > 1 and factor == min(found) else 16
        title = f"{factor}x (paper {theirs}x)"
        left = dict(PAPER[theirs])
        for method, figures in methods.items():
            paper = left.pop(IN_PAPER.get(method, method), ())
            rows.append(Row(f"{title} {method}", figures, dict(zip(PAPER_COLUMNS, paper, strict=False))))
        for method, paper in left.items():
            rows.append(Row(f"{title} {method}, not run", {}, dict(zip(PAPER_COLUMNS, paper, strict=True))))
    return Table(
        name=name,
        title="Tab. 4 and 5: real pictures shrunk and enlarged again",
        heading="method",
        columns=columns,
        paper_columns=PAPER_COLUMNS,
        rows=tuple(rows),
        differs=tuple(differs),
        notes=tuple(notes),
        digits={"PSNR, dB": 2, "Fréchet distance": 2},
    )
