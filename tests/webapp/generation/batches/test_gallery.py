from __future__ import annotations

from tests.webapp.generation.batches.conftest import finish
from webapp.generation.gallery.selectors import gallery_pictures


def test_a_batchs_pictures_stay_out_of_the_gallery(batch, boss):
    finish(batch.items.get(number=1).request)
    assert not gallery_pictures(boss).exists()
