"""A mark as a W3C Web Annotation: the same place in a standard's words."""

import datetime
import json
from xml.etree import ElementTree

import pytest

from studies.export.web_annotation import web_annotation

NOW = datetime.datetime(2026, 1, 2, 4, 4, 5, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
MARK = {
    "id": "5f0c3a52-6c1e-4b0e-9a55-0d4b3b1f2a77",
    "finding": "mass",
    "x": 10,
    "y": 20,
    "width": 30,
    "height": 40,
}
SVG = "{http://www.w3.org/2000/svg}"


def annotate(**facts):
    spacing = facts.pop("spacing_mm", None)
    made = web_annotation(MARK | facts, source="urn:case:K7", creator="R1", created=NOW, spacing_mm=spacing)
    return json.loads(json.dumps(made))


def selector(**facts):
    return annotate(**facts)["target"]["selector"]


def drawn(**facts):
    (shape,) = ElementTree.fromstring(selector(**facts)["value"])
    return shape


def test_annotation_names_the_finding_the_reader_and_the_time_in_utc():
    made = annotate(shape="ellipse", descriptors={"margin": "spiculated", "density": "high"})
    assert made["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert made["id"] == f"urn:uuid:{MARK['id']}"
    assert made["created"] == "2026-01-02T03:04:05Z"
    assert made["creator"]["nickname"] == "R1"
    bodies = [(body["purpose"], body["value"]) for body in made["body"]]
    assert bodies == [("tagging", "mass"), ("classifying", "density: high"), ("classifying", "margin: spiculated")]
    assert made["target"]["source"] == "urn:case:K7"


def test_rectangle_of_whole_pixels_is_a_media_fragment_and_another_an_svg():
    assert selector(shape="rectangle")["value"] == "xywh=pixel:10,20,30,40"
    shape = drawn(shape="rectangle", x=10.25)
    assert (shape.tag, shape.get("x"), shape.get("width")) == (f"{SVG}rect", "10.25", "30")


def test_ellipse_and_outline_are_svg_selectors_at_the_same_place():
    shape = drawn(shape="ellipse")
    assert [shape.get(name) for name in ("cx", "cy", "rx", "ry")] == ["25", "40", "15", "20"]
    shape = drawn(shape="freehand", points=[[10, 20.25], [40, 20], [10, 60]])
    assert (shape.tag, shape.get("points")) == (f"{SVG}polygon", "10,20.25 40,20 10,60")


def test_point_is_a_point_selector_of_iiif():
    made = annotate(shape="point", width=0, height=0)
    assert made["target"]["selector"] == {"type": "PointSelector", "x": 10, "y": 20}
    assert "iiif.io" in made["@context"]


def test_physical_size_is_there_where_the_spacing_is_known():
    made = annotate(shape="rectangle", spacing_mm=(0.1, 0.2))
    assert (made["widthMm"], made["heightMm"]) == (pytest.approx(6), pytest.approx(4))
    assert made["@context"][1]["widthMm"] is None
    assert "widthMm" not in annotate(shape="rectangle")


def test_identifier_of_another_form_and_time_without_zone():
    assert annotate(shape="ellipse", id="m1")["id"].startswith("urn:uuid:")
    with pytest.raises(ValueError, match="zone"):
        web_annotation(MARK | {"shape": "ellipse"}, source="s", creator="R1", created=NOW.replace(tzinfo=None))
