"""The report as a page and as one file that needs nothing else."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.urls import reverse

from studies.export.long_csv import csv_lines
from studies.models.case import Asset
from studies.models.study import Study
from studies.reporting.blocks.shapes import Block, Picture, Table
from studies.reporting.document import Document
from webapp.imaging.pictures import thumbnail_png

STYLES = ("css/tokens.css", "css/base.css", "css/components.css", "css/report.css")


def table_csv(table: Table) -> str:
    """Return the numbers of a block as CSV."""
    return "".join(csv_lines(table.columns, table.rows))


def report_context(
    document: Document,
    *,
    numbers: Callable[[Block], str],
    pictures: Mapping[str, str] | None = None,
    size: tuple[int, int] = (0, 0),
) -> dict[str, Any]:
    """Return what the template of the report needs.

    Args:
        document: the report in blocks.
        numbers: gives the address of a block's numbers.
        pictures: address of each case's picture, where there are any.
        size: rows and columns of the study's pictures, for the marks.
    """
    known = pictures or {}
    blocks = [
        {
            "block": block,
            "numbers": numbers(block) if block.numbers else "",
            "rows": block.table.shown if block.table else [],
            "pictures": [_picture(one, known[one.case]) for one in block.pictures if one.case in known],
        }
        for block in document.blocks
    ]
    return {"document": document, "blocks": blocks, "picture_rows": size[0], "picture_columns": size[1]}


def report_file(document: Document, study: Study | None = None, size: tuple[int, int] = (0, 0)) -> str:
    """Return the report as one HTML file: styles, pictures and numbers inside."""
    codes = {one.case for block in document.blocks for one in block.pictures}
    context = report_context(
        document, numbers=_inline, pictures=_embedded(study, codes) if study else {}, size=size
    )
    return render_to_string("studies/analyst/report_file.html", context | {"styles": own_styles()})


def own_styles() -> str:
    """Return the style sheets as an element: a file of its own has no site to take one from, and no policy."""
    styles = "\n".join(Path(str(finders.find(name))).read_text(encoding="utf-8") for name in STYLES)
    return f"<style>{styles}</style>"


def case_pictures(study: Study, document: Document) -> dict[str, str]:
    """Return the address of the picture of each case that the report shows."""
    codes = {one.case for block in document.blocks for one in block.pictures}
    rows = Asset.objects.filter(case__study=study, case__code__in=codes, image__isnull=False)
    return {
        code: reverse("imaging:thumb", args=[token])
        for code, token in rows.values_list("case__code", "image__token")
    }


def _embedded(study: Study, codes: set[str]) -> dict[str, str]:
    assets = Asset.objects.filter(case__study=study, case__code__in=codes).select_related("image", "case")
    return {
        asset.case.code: _data("image/png", thumbnail_png(asset.image))
        for asset in assets
        if asset.image is not None
    }


def _inline(block: Block) -> str:
    return _data("text/csv;charset=utf-8", table_csv(block.numbers).encode()) if block.numbers else ""


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _picture(picture: Picture, address: str) -> dict[str, Any]:
    return {
        "case": picture.case,
        "caption": picture.caption,
        "address": address,
        "marks": [_shape(mark) for mark in picture.marks],
    }


def _shape(mark: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mark as the shape to draw, with the numbers that its SVG element takes."""
    x, y, width, height = (float(mark[name]) for name in ("x", "y", "width", "height"))
    points = mark.get("points")
    listed = " ".join(f"{px:g},{py:g}" for px, py in points) if isinstance(points, list) else ""
    return {
        "finding": mark["finding"], "shape": mark.get("shape") or "ellipse", "points": listed,
        "x": x, "y": y, "width": width, "height": height,
        "cx": x + width / 2, "cy": y + height / 2, "rx": width / 2, "ry": height / 2,
    }  # fmt: skip
