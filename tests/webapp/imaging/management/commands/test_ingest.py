"""`manage.py ingest`: files and folders from the command line."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest
from django.core.management import call_command

from tests.conftest import ROOT
from tests.webapp.imaging.drawing import dicom_bytes, dicom_dataset, draw_breast, png_bytes
from webapp.imaging.models import Image, IngestRun
from webapp.imaging.selectors import ingest_report


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
    run = IngestRun.objects.get()
    assert (run.state, run.total, run.added, run.refused) == ("done", 3, 2, 1)
    assert [row["reason"][:40] for row in ingest_report(run)] == ["bad.png was not added: it is not an imag"]


def test_dry_run_tells_facts_and_touches_no_database(folder):
    # No database mark: any query would fail this test.
    code, out, _ = ingest(str(folder), str(folder / "notes.txt"), "--dry-run", "--json")
    first, second, third = json.loads(out)
    keys = ["path", "status", "reason", "rows", "columns", "bits", "laterality", "view", "spacing_mm", "sha256"]
    assert code == 0
    assert [list(fate) for fate in (first, second, third)] == [keys] * 3
    assert (first["status"], first["rows"], first["columns"], first["bits"]) == ("accepted", 192, 144, 12)
    assert (second["laterality"], second["view"], second["spacing_mm"]) == ("R", "CC", None)
    assert len(second["sha256"]) == 64
    assert (third["status"], "not an image" in third["reason"], third["sha256"]) == ("refused", True, None)


def test_dry_run_works_where_no_database_answers(folder):
    environment = os.environ | {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "DJANGO_SETTINGS_MODULE": "webapp.config.settings.demo",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "ingest", "--dry-run", "--json", str(folder)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [fate["status"] for fate in json.loads(done.stdout)] == ["accepted", "accepted"]


def test_a_missing_path_is_one_refusal_among_others(folder, tmp_path):
    code, out, _ = ingest(str(tmp_path / "nowhere"), str(folder), "--dry-run", "--json")
    first, *others = json.loads(out)
    assert (code, first["status"], len(others)) == (0, "refused", 2)
    assert first["reason"] == "nowhere was not added: there is no such file."


@pytest.mark.django_db
def test_report_is_written_to_a_file_too(folder, packs, tmp_path):
    (folder / "bad.png").write_bytes(b"nothing")
    ingest(str(folder), "--report", str(tmp_path / "report.json"))
    fates = json.loads((tmp_path / "report.json").read_text())
    assert [fate["status"] for fate in fates] == ["added", "refused", "added"]
