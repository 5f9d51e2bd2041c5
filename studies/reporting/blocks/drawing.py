"""From matplotlib to SVG that a strict page accepts and a screen reader can read.

matplotlib writes `style` attributes and a style sheet, which the site's Content-Security-Policy refuses; here they
become plain attributes. Text stays text. The same numbers give the same bytes.
"""

from __future__ import annotations

import io
import re
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

SCALE = 1.3  # of a figure in a page: 10-pt text becomes 13 px
SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
FONTS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", "Helvetica Neue", Arial, sans-serif'
INK, QUIET, LINE, ACCENT, PALE, WASH = "#16191d", "#5b6470", "#e3e6ea", "#0f6b66", "#aab2bb", "#e8f2f1"
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.size": 10,
    "axes.edgecolor": PALE,
    "axes.labelcolor": QUIET,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "text.color": INK,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
}
_FONT = re.compile(r"(?:(?P<weight>bold|[1-9]00)\s+)?(?P<size>[\d.]+px)\s")


def axes(width: float, height: float, columns: int = 1) -> tuple[Figure, list[Axes]]:
    """Return an empty figure of `columns` axes side by side; sizes in inches at 72 px each."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        found = figure.subplots(1, columns, squeeze=False)
    return figure, list(found[0])


def svg_of(figure: Figure, *, key: str, title: str, description: str) -> str:
    """Return the figure as an SVG element for a page.

    Args:
        figure: drawn on `axes`.
        key: of the block; keeps identifiers apart where several figures are on one page.
        title: short name for a screen reader; `description`: what is to be seen, in words.
        description: see above.
    """
    buffer = io.StringIO()
    with mpl.rc_context(_STYLE | {"svg.hashsalt": key}):
        figure.savefig(
            buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    root = ElementTree.fromstring(buffer.getvalue())  # noqa: S314 - our own output
    _plain(root)
    _named(root, key, title, description)
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    return ElementTree.tostring(root, encoding="unicode")


def _plain(root: ElementTree.Element) -> None:
    """Turn styles into attributes and drop what only matplotlib needs."""
    for parent in root.iter():
        for child in list(parent):
            if child.tag in (f"{{{SVG}}}metadata", f"{{{SVG}}}style"):
                parent.remove(child)
    for element in root.iter():
        style = element.attrib.pop("style", "")
        for part in filter(None, (one.strip() for one in style.split(";"))):
            name, _, value = part.partition(":")
            _set(element, name.strip(), value.strip())
        if element.tag == f"{{{SVG}}}g":
            element.attrib.pop("id", None)
    root.attrib.pop("height", None)
    root.set("width", f"{float(root.get('viewBox', '0 0 0 0').split()[2]) * SCALE:.0f}")
    root.set("stroke-linejoin", "round")
    root.set("font-family", FONTS)


def _set(element: ElementTree.Element, name: str, value: str) -> None:
    if name == "font":
        found = _FONT.match(value)
        if found:
            element.set("font-size", found["size"])
            if found["weight"]:
                element.set("font-weight", found["weight"])
    elif name not in ("font-family", "font-stretch", "font-style", "font-variant"):
        element.set(name, value)


def _named(root: ElementTree.Element, key: str, title: str, description: str) -> None:
    root.set("role", "img")
    root.set("class", "plot")
    root.set("aria-labelledby", f"{key}-name {key}-text")
    for number, (tag, name, text) in enumerate(
        (("title", f"{key}-name", title), ("desc", f"{key}-text", description))
    ):
        element = ElementTree.Element(f"{{{SVG}}}{tag}", {"id": name})
        element.text = text
        root.insert(number, element)
