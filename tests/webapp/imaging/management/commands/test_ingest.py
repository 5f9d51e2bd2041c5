"""`manage.py ingest`: files and folders from the command line."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from tests.webapp.imaging.drawing import dicom_bytes, dicom_dataset, draw_breast, png_bytes
from webapp.imaging.models import Image


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "in"
    (root / "deep").mkdir(parents=True)
    (root / ".hidden").mkdir()
    (root / "a.png").write_bytes(png_bytes(draw_breast(seed=1)))
    (root / "deep" / "b.dcm").write_bytes(dicom_bytes(dicom_dataset(draw_breast(seed=2))))
    (root / ".hidden" / "c.png").write_bytes(png_bytes(draw_breast(seed=3)))
    (root / "notes.txt").write_text("no picture")
    (root / "labels.csv").write_text("file,birads,density\na.png,4,C\n")
    return root


def ingest(*arguments):
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("ingest", *arguments, stdout=out, stderr=err)
        return 0, out.getvalue(), err.getvalue()
    except SystemExit as error:
        return error.code, out.getvalue(), err.getvalue()


@pytest.mark.django_db
def test_a_folder_is_read_with_its_labels(folder, packs):
    code, out, _ = ingest(str(folder), "--source", "phantom")
    assert (code, out.strip()) == (0, "2 added.")
    image = Image.objects.get(title="a.png")
    assert (image.birads, image.density, image.source) == ("4", "C", "phantom")


@pytest.mark.django_db
def test_a_second_run_adds_nothing_and_is_no_failure(folder, packs):
    ingest(str(folder))
    code, out, err = ingest(str(folder))
    assert (code, out.strip()) == (0, "2 already there.")
    assert "already in the library as “a.png”" in err


@pytest.mark.django_db
def test_refusals_are_told_and_end_with_1(folder, packs):
    (folder / "bad.png").write_bytes(b"nothing")
    code, out, err = ingest(str(folder))
    assert (code, out.strip()) == (1, "2 added, 1 not added.")
    assert "bad.png was not added: it is not an image." in err


def test_dry_run_tells_facts_and_touches_no_database(folder):
    # No database mark: any query would fail this test.
    code, out, _ = ingest(str(folder), str(folder / "notes.txt"), "--dry-run", "--json")
    first, second, third = json.loads(out)
    assert code == 1
    assert (first["status"], first["rows"], first["columns"], first["bits"]) == ("readable", 192, 144, 12)
    assert (second["laterality"], second["view"], second["spacing_mm"]) == ("R", "CC", None)
    assert len(second["sha256"]) == 64
    assert (third["status"], "not an image" in third["reason"]) == ("refused", True)


def test_a_missing_path_stops_the_run(tmp_path):
    with pytest.raises(CommandError, match="There is no"):
        call_command("ingest", str(tmp_path / "nowhere"), "--dry-run")
