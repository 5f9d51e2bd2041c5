"""The door to the engine: what it declares, what it tells while it draws, and that it loads nothing early."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from tests.webapp.generation.tiny_bundle import VOCABULARY, write_tiny_bundle
from webapp.core.errors import DomainError
from webapp.generation import engine
from webapp.generation.engine import bundles, drawing
from webapp.generation.parameters import parameters_from


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """An untrained bundle on disk."""
    folder = tmp_path_factory.mktemp("bundles") / "tiny"
    write_tiny_bundle(folder)
    return folder


@pytest.fixture
def installed(bundle, settings):
    """The site draws with the untrained bundle."""
    settings.BUNDLE = str(bundle)
    return engine.bundle_card()


class Watcher:
    """Keeps what the engine tells."""

    def __init__(self, stop_at=None):
        self.steps, self.previews, self.asked, self.stop_at = [], {}, 0, stop_at
        self.regions = []

    def observer(self, checkpoint=None):
        return engine.Observer(self.progress, self.preview, self.should_stop, self.region, checkpoint)

    def region(self, stage, region):
        self.regions.append((stage, region))

    def progress(self, stage, done, total):
        self.steps.append((stage, done, total))

    def preview(self, stage, picture):
        self.previews[stage] = picture

    def should_stop(self):
        self.asked += 1
        return self.stop_at is not None and self.asked >= self.stop_at


def test_card_is_what_the_bundle_declares(installed):
    assert (installed.name, installed.size, installed.steps) == ("tiny", 64, 3)
    assert installed.vocabulary == VOCABULARY
    assert len(installed.digest) == 64


def test_draw_tells_each_stage_and_gives_the_same_picture_twice(installed):
    asked = parameters_from(installed, {"birads": "4", "seed": "7"})
    first, second = Watcher(), Watcher()
    picture = engine.draw(asked, first.observer())
    again = engine.draw(asked, second.observer())
    other = engine.draw(replace(asked, seed=8), Watcher().observer())
    assert picture.pixels.shape == (64, 64)
    assert (picture.pixels.dtype, picture.bits, picture.pixel_spacing_mm) == (np.uint16, 12, 0.4)
    assert picture.pixels.max() < 4096
    assert np.array_equal(picture.pixels, again.pixels)
    assert not np.array_equal(picture.pixels, other.pixels)
    stages = list(dict.fromkeys(stage for stage, _, _ in first.steps))
    assert stages == ["global", "local", "patch"]
    assert {preview.pixels.shape for preview in first.previews.values()} == {(16, 16), (32, 32)}
    assert first.previews["global"].pixel_spacing_mm == pytest.approx(1.6)
    assert first.asked > 3


def test_draw_stops_when_told(installed):
    with pytest.raises(engine.StoppedError):
        engine.draw(parameters_from(installed, {"seed": "7"}), Watcher(stop_at=2).observer())


def test_regions_put_together_are_the_picture(installed):
    watcher = Watcher()
    picture = engine.draw(parameters_from(installed, {"seed": "7"}), watcher.observer())
    canvas = np.zeros((64, 64), np.uint16)
    for stage, region in watcher.regions:
        rows, columns = region.pixels.shape
        if stage == "patch":
            canvas[region.top : region.top + rows, region.left : region.left + columns] = region.pixels
            assert (region.size, region.bits) == (64, 12)
    inside = picture.pixels > 0  # the engine clears the air at the end
    assert inside.any()
    assert np.array_equal(canvas[inside], picture.pixels[inside])


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 0.95])
def test_draw_goes_on_where_a_stopped_one_ended(installed, tmp_path, monkeypatch, share):
    monkeypatch.setattr(drawing, "SAVING_SHARE", 1e9)  # keep every state
    asked = parameters_from(installed, {"birads": "4", "seed": "7"})
    whole, second = Watcher(), Watcher()
    picture = engine.draw(asked, whole.observer())
    first = Watcher(stop_at=int(share * whole.asked))
    file = tmp_path / "drawings" / "one.npz"
    with pytest.raises(engine.StoppedError):
        engine.draw(asked, first.observer(file))
    assert np.array_equal(engine.draw(asked, second.observer(file)).pixels, picture.pixels)
    assert len(second.steps) < len(whole.steps)
    for stage, preview in whole.previews.items():
        assert np.array_equal(second.previews[stage].pixels, preview.pixels)


def test_draw_starts_over_from_a_state_of_another_drawing_or_a_broken_one(installed, tmp_path, monkeypatch):
    monkeypatch.setattr(drawing, "SAVING_SHARE", 1e9)
    asked, file = parameters_from(installed, {"seed": "7"}), tmp_path / "one.npz"
    with pytest.raises(engine.StoppedError):
        engine.draw(replace(asked, seed=8), Watcher(stop_at=20).observer(file))
    picture = engine.draw(asked, Watcher().observer())
    assert np.array_equal(engine.draw(asked, Watcher().observer(file)).pixels, picture.pixels)
    file.write_bytes(file.read_bytes()[:100])
    assert np.array_equal(engine.draw(asked, Watcher().observer(file)).pixels, picture.pixels)


def test_upscale_keeps_the_given_overview(installed):
    asked = parameters_from(installed, {"seed": "7"}, "f" * 64)
    drawn = Watcher()
    engine.draw(replace(asked, source_sha256=""), drawn.observer())
    overview = drawn.previews["global"]
    watcher = Watcher()
    picture = engine.draw(asked, watcher.observer(), engine.Given(overview.pixels, 12))
    assert picture.pixels.shape == (64, 64)
    assert np.array_equal(watcher.previews["global"].pixels, overview.pixels)
    assert {stage for stage, _, _ in watcher.steps} == {"local", "patch"}


def test_upscale_fits_a_larger_mammogram_into_the_overview(installed):
    pixels = np.zeros((80, 60), np.uint16)
    pixels[10:70, :40] = 2000
    watcher = Watcher()
    engine.draw(parameters_from(installed, {"seed": "7"}, "f" * 64), watcher.observer(), engine.Given(pixels, 12))
    overview = watcher.previews["global"].pixels
    assert overview.shape == (16, 16)
    assert overview[8, 2] == pytest.approx(2000, abs=2)
    assert not overview[:, -1].any()


def test_upscale_refuses_a_picture_smaller_than_the_overview(installed):
    asked = parameters_from(installed, {"seed": "7"}, "f" * 64)
    pixels = np.zeros((9, 9), np.uint16)
    pixels[2:8, :5] = 9
    with pytest.raises(DomainError, match="too small"):
        engine.draw(asked, Watcher().observer(), engine.Given(pixels, 4))
    with pytest.raises(DomainError, match="No breast"):
        engine.draw(asked, Watcher().observer(), engine.Given(np.full((9, 9), 9, np.uint16), 4))


def test_draw_refuses_when_the_bundle_was_replaced(installed):
    asked = replace(parameters_from(installed, {"seed": "7"}), bundle_digest="0" * 64)
    with pytest.raises(engine.BundleUnavailableError, match="replaced"):
        engine.draw(asked, Watcher().observer())


def test_cascade_is_loaded_once(installed):
    engine.draw(parameters_from(installed, {"seed": "1"}), Watcher().observer())
    before = bundles._loaded.cache_info().misses
    engine.draw(parameters_from(installed, {"seed": "2"}), Watcher().observer())
    assert bundles._loaded.cache_info().misses == before
    assert engine.warm_up().startswith(("CPU", "NVIDIA"))


def test_missing_bundle_is_said_without_naming_a_folder(settings, tmp_path):
    settings.BUNDLE = str(tmp_path / "nothing")
    with pytest.raises(engine.BundleUnavailableError) as caught:
        engine.bundle_card()
    assert "nothing" in caught.value.message
    assert "no such name or folder" in caught.value.reason


def test_tampered_weights_are_refused(bundle, settings, tmp_path):
    import shutil

    folder = shutil.copytree(bundle, tmp_path / "tampered")
    weights = folder / "patch.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(bytes(data))
    settings.BUNDLE = str(folder)
    with pytest.raises(engine.BundleUnavailableError) as caught:
        engine.warm_up()
    assert "SHA-256" in caught.value.reason


def test_reading_the_card_loads_no_torch(bundle):
    code = (
        "import sys; from webapp.generation import engine; from django.conf import settings;"
        f"settings.configure(BUNDLE={str(bundle)!r}); engine.bundle_card(); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
