from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.evaluation.references import CopyReferences
from tests.webapp.generation.batches.conftest import breast, finish
from tests.webapp.generation.tiny_bundle import write_tiny_bundle
from webapp.generation.batches.models import Batch
from webapp.generation.batches.screening import copies_words, flags_of
from webapp.generation.batches.selectors import items_unscreened
from webapp.generation.batches.tasks import screen_drawn, screen_ring


@pytest.fixture
def bundle(tmp_path, settings):
    """The tiny bundle, installed, with a data folder of its own."""
    manifest = write_tiny_bundle(tmp_path / "tiny")
    settings.BUNDLE, settings.DATA_DIR = str(tmp_path / "tiny"), tmp_path / "data"
    return manifest


def linear(numbers):
    return [breast(number).astype(np.float32) / 4095 for number in numbers]


def test_what_is_drawn_is_screened_once(bundle, drawn):
    screen_drawn()
    drawn.refresh_from_db()
    assert drawn.screened_at is not None
    assert drawn.scores["seam_ratio"] > 0
    assert 0.1 < drawn.scores["breast"] < 0.9
    assert "correlation" not in drawn.scores  # nothing is known of the training pictures
    assert not items_unscreened().exists()


def test_a_copy_of_a_training_picture_is_flagged_and_a_new_picture_is_not(bundle, batch):
    Batch.objects.update(bundle_digest=bundle.digest)
    known = CopyReferences.of([linear(range(10, 14))], [linear(range(20, 40))], digest=bundle.digest, about="test")
    from webapp.generation.engine.screening import references_path

    references_path().parent.mkdir(parents=True)
    known.save(references_path())
    finish(batch.items.get(number=1).request, number=11)  # the very pixels of a training picture
    finish(batch.items.get(number=2).request, number=99)
    screen_drawn()
    copy, new = batch.items.filter(number__lte=2)
    assert copy.scores["correlation"] > 0.99
    assert "copy" in copy.scores["flags"]
    assert "copy" not in new.scores["flags"]
    assert "1 of 2 pictures" in copies_words([copy.scores, new.scores])


def test_references_of_another_model_are_not_used(bundle, drawn):
    known = CopyReferences.of([linear([10])], [linear([20])], digest="0" * 64, about="test")
    from webapp.generation.engine.screening import references_path

    references_path().parent.mkdir(parents=True)
    known.save(references_path())
    screen_drawn()
    drawn.refresh_from_db()
    assert "correlation" not in drawn.scores


def test_a_picture_that_can_not_be_read_does_not_stop_the_others(bundle, batch):
    finish(batch.items.get(number=1).request).pack_path.unlink()
    finish(batch.items.get(number=2).request, number=3)
    screen_drawn()
    lost, good = batch.items.filter(number__lte=2)
    assert lost.scores["flags"] == ["trouble"]
    assert good.scores["seam_ratio"] > 0


def test_nothing_is_rung_where_nothing_waits(batch, monkeypatch):
    rung = []
    monkeypatch.setattr(screen_drawn, "apply_async", lambda **more: rung.append(more))
    screen_ring()
    assert rung == []
    finish(batch.items.get(number=1).request)
    screen_ring()
    assert len(rung) == 1


@pytest.mark.parametrize(
    ("scores", "flags"),
    [
        ({"seam_ratio": 1.0, "saturated": 0.0, "breast": 0.4}, []),
        ({"seam_ratio": 2.0, "saturated": 0.2, "breast": 0.05}, ["seams", "saturated", "breast"]),
        ({"seam_ratio": 1.0, "saturated": 0.0, "breast": 0.4, "correlation": 0.9, "threshold": 0.4}, ["copy"]),
    ],
)
def test_flags_name_the_limits_that_are_passed(scores, flags):
    assert flags_of(scores) == flags
