"""A stored mark as a W3C Web Annotation.

Source: Web Annotation Data Model (W3C Recommendation, 2017): selectors 4.2.1 (fragment) and 4.2.7 (SVG); Media
Fragments URI 1.0 (xywh, whole pixels only); PointSelector of the IIIF Presentation API 4.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from studies.export.mark_size import mark_size

_W3C = "http://www.w3.org/ns/anno.jsonld"
_IIIF = "http://iiif.io/api/presentation/4/context.json"
_MEDIA_FRAGMENTS = "http://www.w3.org/TR/media-frags/"
_SVG = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'


def web_annotation(
    mark: Mapping[str, Any],
    *,
    source: str,
    creator: str,
    created: datetime.datetime,
    spacing_mm: tuple[float, float] | None = None,
) -> dict[str, Any]:
    """Return a mark as a JSON-LD annotation, ready for `json.dumps`.

    Args:
        mark: a stored mark, see `studies.design.marks.MARK_SCHEMA`.
        source: IRI of the image; in a study an opaque one.
        creator: the reader's code.
        created: when the answer was given, with its zone.
        spacing_mm: (row, column) in mm; adds the physical size. None leaves it out.

    Raises:
        ValueError: for a time without a zone.
    """
    if created.tzinfo is None:
        raise ValueError(f"created: got {created} without a zone, expected one with it")
    context: list[Any] = [_IIIF if mark["shape"] == "point" else _W3C]
    annotation: dict[str, Any] = {
        "id": _identifier(mark["id"]),
        "type": "Annotation",
        "motivation": "tagging",
        "creator": {"type": "Person", "nickname": creator},
        "created": created.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z"),
        "body": [_body(mark["finding"], "tagging"), *_descriptors(mark)],
        "target": {"source": source, "selector": _selector(mark)},
    }
    if spacing_mm is not None:
        size = mark_size(mark, spacing_mm)
        annotation |= {"widthMm": size.width, "heightMm": size.height, "areaMm2": size.area}
        # These terms belong to no vocabulary: null tells JSON-LD readers to pass over them.
        context.append(dict.fromkeys(("widthMm", "heightMm", "areaMm2")))
    return {"@context": context if len(context) > 1 else context[0], **annotation}


def _identifier(mark_id: str) -> str:
    """Return the mark's own UUID, or one made of its name where an older browser gave another."""
    try:
        return uuid.UUID(mark_id).urn
    except ValueError:
        return uuid.uuid5(uuid.NAMESPACE_URL, mark_id).urn


def _body(value: str, purpose: str) -> dict[str, str]:
    return {"type": "TextualBody", "purpose": purpose, "value": value, "format": "text/plain"}


def _descriptors(mark: Mapping[str, Any]) -> list[dict[str, str]]:
    return [_body(f"{key}: {value}", "classifying") for key, value in sorted(mark.get("descriptors", {}).items())]


def _selector(mark: Mapping[str, Any]) -> dict[str, Any]:
    x, y, width, height = (mark[key] for key in ("x", "y", "width", "height"))
    if mark["shape"] == "point":
        return {"type": "PointSelector", "x": x, "y": y}
    if mark["shape"] == "rectangle" and all(float(value).is_integer() for value in (x, y, width, height)):
        value = f"xywh=pixel:{x:.0f},{y:.0f},{width:.0f},{height:.0f}"
        return {"type": "FragmentSelector", "conformsTo": _MEDIA_FRAGMENTS, "value": value}
    return {"type": "SvgSelector", "value": _SVG.format(_svg_shape(mark))}


def _svg_shape(mark: Mapping[str, Any]) -> str:
    x, y, width, height = (mark[key] for key in ("x", "y", "width", "height"))
    if "points" in mark:
        points = " ".join(f"{_number(px)},{_number(py)}" for px, py in mark["points"])
        return f'<polygon points="{points}"/>'
    if mark["shape"] == "rectangle":
        places = {"x": x, "y": y, "width": width, "height": height}
        return f"<rect {_attributes(places)}/>"
    places = {"cx": x + width / 2, "cy": y + height / 2, "rx": width / 2, "ry": height / 2}
    return f"<ellipse {_attributes(places)}/>"


def _attributes(values: Mapping[str, float]) -> str:
    return " ".join(f'{name}="{_number(value)}"' for name, value in values.items())


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")
