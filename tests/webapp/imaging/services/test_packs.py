"""The sweep removes what killed processes left, and nothing that a picture names."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.webapp.imaging.conftest import pack_files
from webapp.imaging.housekeeping import Housekeeping
from webapp.imaging.models import TileAlias
from webapp.imaging.services import packs_sweep

HOUR = 3600


@pytest.fixture
def strays(image, packs):
    folder = image.pack_path.parent
    draft, stray = folder / ".abc.pack.1234", folder / f"{'x' * 22}.pack"
    draft.write_bytes(b"half")
    stray.write_bytes(b"whole")
    return draft, stray


def test_young_files_stay_since_their_row_may_be_on_its_way(strays, image):
    assert packs_sweep() == 0
    assert all(path.exists() for path in strays)


def test_drafts_go_after_an_hour_and_strays_after_a_day(strays, image, packs):
    draft, stray = strays
    assert packs_sweep(time.time() + 2 * HOUR) == 1
    assert (draft.exists(), stray.exists()) == (False, True)
    assert packs_sweep(time.time() + 25 * HOUR) == 1
    assert pack_files(packs) == [image.pack_path]


def test_housekeeping_sweeps_at_once_and_then_every_hour(strays, image):
    now = [0.0]
    expired = timezone.now() - timedelta(minutes=1)
    keep = Housekeeping(clock=lambda: now[0])
    TileAlias.objects.create(image=image, binding="a", expires_at=expired)
    assert keep()
    assert not TileAlias.objects.exists()
    TileAlias.objects.create(image=image, binding="b", expires_at=expired)
    assert not keep()
    now[0] = HOUR + 1.0
    assert keep()
    assert not TileAlias.objects.exists()
