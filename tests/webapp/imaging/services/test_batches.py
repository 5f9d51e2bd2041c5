"""A batch is parallel, goes on where it was cut off, and no file stops it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image as PillowImage
from PIL.PngImagePlugin import PngInfo

from tests.conftest import ROOT
from tests.webapp.imaging.conftest import pack_files
from tests.webapp.imaging.drawing import draw_breast, png_bytes
from webapp.core.errors import DomainError, StorageError
from webapp.imaging.models import Image, IngestFile, IngestRun
from webapp.imaging.selectors import image_pixels, ingest_run_state
from webapp.imaging.services import batch_ingest, image_delete


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    paths = [folder / f"{seed}.png" for seed in range(4)]
    for seed, path in enumerate(paths):
        path.write_bytes(png_bytes(draw_breast(seed=seed)))
    return paths


def run(files, *, source="original", labels=None, workers=2):
    told = []
    done = batch_ingest(files, source=source, labels=labels or {}, workers=workers, told=told.append)
    return done, {fate.path.name: (str(fate.status), fate.reason) for fate in told}


@pytest.mark.django_db
def test_batch_adds_exact_pixels_with_labels_of_their_files(files, packs):
    done, told = run(files, source="phantom", labels={files[1]: {"birads": "4", "density": "c", "view": "mlo"}})
    assert (done.state, done.added, done.done) == ("done", 4, 4)
    assert set(told.values()) == {("added", "")}
    image = Image.objects.get(title="1.png")
    np.testing.assert_array_equal(image_pixels(image), draw_breast(seed=1))
    assert (image.birads, image.density, image.view, image.source) == ("4", "C", "MLO", "phantom")
    assert len(pack_files(packs)) == 4


@pytest.mark.django_db
def test_second_batch_knows_files_by_their_bytes_and_starts_no_process(files, packs, monkeypatch):
    run(files)
    files[0].rename(files[0].with_name("renamed.png"))
    monkeypatch.setattr("webapp.imaging.ingest.bounded.Worker", None)  # any start would fail
    done, told = run([files[0].with_name("renamed.png"), *files[1:]])
    assert (done.duplicates, Image.objects.count()) == (4, 4)
    assert "already in the library as “0.png”" in told["renamed.png"][1]


@pytest.mark.django_db
def test_a_picture_that_was_removed_is_read_again(files, packs, django_capture_on_commit_callbacks):
    run(files)
    with django_capture_on_commit_callbacks(execute=True):
        image_delete(Image.objects.get(title="2.png"))
    done, told = run(files)
    assert (done.added, done.duplicates, told["2.png"][0]) == (1, 3, "added")


@pytest.mark.django_db
def test_bad_files_are_refused_with_reasons_and_the_rest_is_added(files, packs, tmp_path):
    text = PngInfo()
    text.add_text("mambo:provenance", "{}")
    PillowImage.fromarray(draw_breast(seed=9)).save(files[0], "PNG", pnginfo=text)
    files[1].write_bytes(b"nothing")
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    again = files[2].with_name("again.tif")
    PillowImage.fromarray(draw_breast(seed=2)).save(again)  # the same picture in other bytes
    done, told = run([*files, pipe, again], labels={files[3]: {"birads": "9"}}, workers=1)
    assert (done.added, done.refused, done.duplicates) == (1, 4, 1)
    assert "says of itself that it is synthetic. Add it as generated." in told["0.png"][1]
    assert told["1.png"][1] == "1.png was not added: it is not an image. Expected DICOM, PNG, TIFF, PGM or JPEG."
    assert "birads is given as '9'" in told["3.png"][1]
    assert told["pipe.png"][1] == "pipe.png was not added: it is not a file."
    assert "already in the library as “2.png”" in told["again.tif"][1]
    assert len(pack_files(packs)) == 1
    assert not IngestFile.objects.filter(status="added").exclude(path="").exists()


@pytest.mark.django_db
def test_a_folder_of_packs_that_cannot_be_written_stops_with_its_reason(files, tmp_path, settings):
    settings.PACK_DIR = tmp_path / "file"
    settings.PACK_DIR.write_text("in the way")
    with pytest.raises(StorageError, match="the folder of the tile packs can't be written"):
        run(files)
    stopped = IngestRun.objects.get()
    assert (stopped.state, stopped.added, Image.objects.count()) == ("stopped", 0, 0)
    assert stopped.message.endswith("Run the same command again to go on.")


@pytest.mark.django_db
def test_only_sources_of_files_are_taken(files):
    with pytest.raises(DomainError, match="not a source for files"):
        run(files, source="study")


@pytest.mark.flow
def test_a_killed_batch_goes_on_where_it_was(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for seed in range(12):
        (folder / f"{seed}.png").write_bytes(png_bytes(draw_breast(seed=seed)))
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'site.sqlite3'}",
        "MAMBO_DATA_DIR": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "webapp.config.settings.demo",
    }
    manage = [sys.executable, "manage.py"]
    options = {"cwd": ROOT, "env": environment, "stdout": subprocess.PIPE, "text": True}
    subprocess.run([*manage, "migrate", "-v0"], check=True, **options)
    command = [*manage, "ingest", str(folder), "--workers", "1"]
    packs = tmp_path / "data" / "packs"
    first = subprocess.Popen(command, **options)
    deadline = time.monotonic() + 60
    while len(pack_files(packs)) < 3 and time.monotonic() < deadline:
        time.sleep(0.002)
    first.send_signal(signal.SIGKILL)
    first.wait()
    second = subprocess.run(command, check=True, **options).stdout
    assert "already there" in second
    assert "added" in second
    third = subprocess.run(command, check=True, **options).stdout
    assert third.strip() == "12 already there."


def test_a_batch_that_is_no_longer_seen_was_interrupted(db):
    from datetime import timedelta

    from django.utils import timezone

    lost = IngestRun.objects.create(
        source="original", total=9, added=2, seen_at=timezone.now() - timedelta(hours=1)
    )
    state = ingest_run_state(lost)
    assert (state["state"], state["done"]) == ("stopped", 2)
    assert "Run the same command again" in state["message"]
