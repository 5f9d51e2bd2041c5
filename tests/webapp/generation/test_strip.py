"""The strip shows a picture's moments in order, from the overview to what is stored."""

from __future__ import annotations

import numpy as np
from django.core.management import call_command
from PIL import Image as Raster

from tests.webapp.generation.tiny_bundle import write_tiny_bundle
from webapp.generation import engine
from webapp.generation.parameters import parameters_from
from webapp.generation.strip import GAP_PX, GrowthStrip


def test_strip_ends_with_the_picture_and_grows_towards_it(tmp_path, settings):
    write_tiny_bundle(tmp_path / "tiny")
    settings.BUNDLE = str(tmp_path / "tiny")
    call_command("growth_strip", str(tmp_path / "strip.png"), "--side", "64", "--label", "birads=4")
    strip = np.asarray(Raster.open(tmp_path / "strip.png"))
    assert strip.shape[0] == 2 * 64 + GAP_PX
    frames = [strip[:64, left : left + 64].astype(int) for left in range(0, strip.shape[1], 64 + GAP_PX)]
    assert len(frames) == 6
    asked = parameters_from(engine.bundle_card(), {"seed": "7", "birads": "4"})
    nobody = engine.Observer(lambda *step: None, lambda *preview: None, lambda: False)
    last = np.rint(engine.draw(asked, nobody).pixels * (255 / 4095))
    assert np.array_equal(frames[-1], last)
    inside = last > 0  # the engine clears the air at the end
    assert np.array_equal(strip[64 + GAP_PX :, -64:], last)  # the part at 1:1 is the whole of so small a picture
    away = [np.abs(frame - last)[inside].mean() for frame in frames]
    assert away[1] > away[2] > away[3] > away[4] > 0


def test_strip_keeps_the_moments_that_it_is_asked_for(tmp_path, settings):
    write_tiny_bundle(tmp_path / "tiny")
    settings.BUNDLE = str(tmp_path / "tiny")
    asked = parameters_from(engine.bundle_card(), {"seed": "7"})
    assert GrowthStrip(asked, (0.5,)).row(16).size == (4 * (16 + GAP_PX) - GAP_PX, 2 * 16 + GAP_PX)
