"""What may be marked on a mammogram and how it is described, in the words of BI-RADS.

Source: ACR BI-RADS Atlas, 5th edition (2013), mammography lexicon: masses (shape, margin, density), calcifications
(morphology, distribution), architectural distortion, asymmetries. Skin, nipple and other associated features are
left out: they are not marked on a place of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_Words = dict[tuple[str, str], tuple[str, ...]]
_MASS: _Words = {
    ("shape", "Shape"): ("Oval", "Round", "Irregular"),
    ("margin", "Margin"): ("Circumscribed", "Obscured", "Microlobulated", "Indistinct", "Spiculated"),
    ("density", "Density"): ("High", "Equal", "Low", "Fat-containing"),
}
_CALCIFICATION: _Words = {
    ("morphology", "Morphology"): (
        "Skin",
        "Vascular",
        "Coarse or popcorn-like",
        "Large rod-like",
        "Round",
        "Rim",
        "Dystrophic",
        "Milk of calcium",
        "Suture",
        "Amorphous",
        "Coarse heterogeneous",
        "Fine pleomorphic",
        "Fine linear or fine-linear branching",
    ),
    ("distribution", "Distribution"): ("Diffuse", "Regional", "Grouped", "Linear", "Segmental"),
}
_ASYMMETRY: _Words = {("kind", "Kind"): ("Asymmetry", "Global", "Focal", "Developing")}
# value: label, key in the reading room, descriptors
_FINDINGS: dict[str, tuple[str, str, _Words]] = {
    "mass": ("Mass", "t", _MASS),
    "calcification": ("Calcification", "c", _CALCIFICATION),
    "distortion": ("Architectural distortion", "a", {}),
    "asymmetry": ("Asymmetry", "y", _ASYMMETRY),
}
FINDINGS = tuple(_FINDINGS)
SHAPES_IN_HAND = ("ellipse", "point", "rectangle", "polygon", "freehand")


def finding_options(
    findings: Sequence[str] = FINDINGS, *, shapes: Sequence[str] = SHAPES_IN_HAND, described: bool = True
) -> list[dict[str, Any]]:
    """Return the options of a marks question.

    Args:
        findings: of `FINDINGS`, in the order in which readers see them.
        shapes: how each may be drawn, of `studies.design.marks.SHAPES`; the first is in the hand at first.
        described: whether readers may add BI-RADS descriptors to a mark.

    Raises:
        KeyError: for a finding that is not in the lexicon.
    """
    options = []
    for value in findings:
        label, key, descriptors = _FINDINGS[value]
        option: dict[str, Any] = {"value": value, "label": label, "key": key, "shapes": list(shapes)}
        if described and descriptors:
            option["descriptors"] = [_descriptor(*names, words) for names, words in descriptors.items()]
        options.append(option)
    return options


def _descriptor(key: str, label: str, words: Sequence[str]) -> dict[str, Any]:
    options = [{"value": word.lower().replace(" ", "_").replace("-", "_"), "label": word} for word in words]
    return {"key": key, "label": label, "options": options}
