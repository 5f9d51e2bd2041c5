from __future__ import annotations

import json
import re

import numpy as np
import pytest

from mambo_engine.errors import DataError
from mambo_engine.evaluation.copies import joined, screened
from mambo_engine.evaluation.features import TextureExtractor
from mambo_engine.evaluation.protocol import compare
from mambo_engine.evaluation.record import Report
from mambo_engine.evaluation.report import page

EXTRACTOR = TextureExtractor(side=32, stride=16)


@pytest.fixture(scope="module")
def report(pictures) -> Report:
    training = pictures(12, seed=200)
    generated = pictures(4, seed=200)  # the first four training pictures again
    real = pictures(20, seed=100)
    portions = [list(training.images[:5]), list(training.images[5:])]
    copies = screened(
        EXTRACTOR,
        generated,
        real,
        portions=portions,
        names=training.names,
        training=lambda number: training.images[number],
    )
    compared = compare(generated, real, extractor=EXTRACTOR, repeats=20)
    return Report({"bundle": "a <b>"}, compared, generated, real, copies)


def test_copied_training_pictures_are_found_with_their_originals(report: Report) -> None:
    assert report.copies is not None
    assert report.copies.decides
    assert report.copies.screen.copies()
    assert report.copies.verdict.startswith("More pictures lie near")
    found = report.to_mapping()["memorization"]
    assert found["copies"] is True
    assert {(pair["generated"], pair["training"]) for pair in found["pairs"]} == {
        (f"{number}.png", f"{number}.png") for number in range(200, 204)
    }


def test_the_record_is_plain_json_with_every_figure(report: Report) -> None:
    found = json.loads(json.dumps(report.to_mapping(), allow_nan=False))
    assert found["extractor"]["name"] == "texture-16"
    assert set(found["figures"]["frechet"]) == {
        "title",
        "generated",
        "real",
        "generated_at_the_number_of_real",
        "pictures",
    }
    assert found["figures"]["slope"]["real_interval"]["level"] == 0.95


def test_the_page_needs_no_other_file_and_escapes_what_it_is_told(report: Report) -> None:
    html = page(report)
    assert "a &lt;b&gt;" in html
    sources = re.findall(r'src="([^"]{0,30})', html)
    assert sources
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert not re.search(r"<(script|link)|https?:", html)
    assert report.copies is not None
    assert report.copies.verdict in html
    assert "<svg" in html


def test_a_report_without_training_pictures_says_so(report: Report) -> None:
    bare = Report(report.subject, report.comparison, report.generated, report.real)
    assert "no training pictures were given" in page(bare)
    assert "memorization" not in bare.to_mapping()


def test_no_training_pictures_are_refused() -> None:
    with pytest.raises(DataError, match="training pictures: got none"):
        joined([])


def test_an_empty_picture_can_be_shown(report: Report) -> None:
    from mambo_engine.evaluation.inline_pictures import detail, overview

    nothing = np.zeros((64, 64), np.float32)
    assert overview(nothing).startswith("data:image/png")
    assert detail(nothing).startswith("data:image/png")


def test_too_few_held_out_pictures_decide_nothing(pictures) -> None:
    training = pictures(6, seed=200)
    few = screened(
        EXTRACTOR,
        pictures(2, seed=200),
        pictures(4, seed=100),
        portions=[list(training.images)],
        names=training.names,
        training=lambda number: training.images[number],
    )
    assert few.screen.pixels.flagged.all()
    assert not few.decides
    assert few.verdict.startswith("Too few generated or held-out pictures")
