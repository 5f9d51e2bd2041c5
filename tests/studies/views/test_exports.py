"""Every file: blinded at any time, the truth after unblinding only, recorded, and the same when taken twice."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import uuid
import zipfile

import pydicom
import pytest
from django.urls import reverse

from studies.export.codebook import MEANINGS
from studies.models.reading import Interaction, Presentation, Sitting
from studies.models.study import MemberRole, Membership
from studies.selectors.frames import COLUMNS, TRUTH_COLUMNS
from studies.selectors.records import INTERACTION_COLUMNS, PRESENTATION_COLUMNS
from studies.services.lifecycle import study_close, study_unblind
from studies.views.export_kinds import KINDS
from tests.studies.conftest import person
from tests.studies.views.test_analyst import read_all

pytestmark = pytest.mark.django_db
TRUTH = [key for key, kind in KINDS.items() if kind.truth == "only"]
BLIND = [key for key in KINDS if key not in TRUTH]
MARK = {"id": "m1", "finding": "mass", "shape": "ellipse", "x": 20, "y": 30, "width": 40, "height": 24}


@pytest.fixture
def read(opened):
    """A study that was read whole, with one mark; still open."""
    read_all(opened, marks=[MARK])
    return opened


@pytest.fixture
def unblinded(read):
    read.study = study_unblind(study_close(read.study, read.owner), read.owner)
    return read


def take(client, study, kind, name="export"):
    return client.get(reverse(f"studies:{name}", args=[study.slug, kind]), headers={"accept": "application/json"})


def entries(response):
    with zipfile.ZipFile(io.BytesIO(response.getvalue())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_blinded_files_can_be_taken_while_the_study_runs_and_tell_no_truth(client, read):
    client.force_login(read.owner)
    for kind in BLIND:
        response = take(client, read.study, kind)
        assert response.status_code == 200, kind
        content = response.getvalue()
        assert content, kind
        if not kind.startswith("dicom"):
            assert b"is_synthetic" not in content
            assert b"truth" not in content
            assert b"generated" not in content
    for kind in TRUTH:
        assert take(client, read.study, kind).status_code == 409, kind


def test_coordinator_never_gets_the_truth(client, unblinded):
    helper = person("helper", "admin")
    Membership.objects.create(study=unblinded.study, user=helper, role=MemberRole.COORDINATOR)
    client.force_login(helper)
    assert "truth" not in next(
        csv.reader(io.StringIO(take(client, unblinded.study, "readings").getvalue().decode()))
    )
    for kind in TRUTH:
        assert take(client, unblinded.study, kind).status_code == 403, kind


def test_reader_and_stranger_get_nothing(client, unblinded):
    client.force_login(unblinded.reader)
    assert take(client, unblinded.study, "readings").status_code == 403
    client.force_login(person("stranger", "admin"))
    for name in ("export", "api-export"):
        assert take(client, unblinded.study, "readings", name).status_code == 404


@pytest.mark.parametrize("kind", list(KINDS))
def test_file_is_the_same_when_taken_twice_and_by_the_api(client, unblinded, kind):
    client.force_login(unblinded.owner)
    first = take(client, unblinded.study, kind)
    assert first.status_code == 200
    assert first.streaming
    content = first.getvalue()
    assert take(client, unblinded.study, kind, "api-export").getvalue() == content


def test_each_file_is_recorded_with_whether_it_told_the_truth(client, unblinded):
    client.force_login(unblinded.owner)
    for kind in ("readings", "coco", "imrmc"):
        take(client, unblinded.study, kind)
    events = unblinded.study.audit_events.filter(kind="export.made").order_by("seq")
    assert [event.body for event in events] == [
        {"kind": "readings", "truth": True},
        {"kind": "coco", "truth": False},
        {"kind": "imrmc", "truth": True},
    ]


def test_unknown_file_is_not_found(client, unblinded):
    client.force_login(unblinded.owner)
    assert take(client, unblinded.study, "nothing").status_code == 404


def test_page_names_every_file_and_why_some_can_not_be_taken(client, read):
    client.force_login(read.owner)
    text = client.get(reverse("studies:exports", args=[read.study.slug])).content.decode()
    for kind in KINDS.values():
        assert kind.title in text
    assert text.count("sealed until the study is closed and unblinded") == len(TRUTH)


def test_archive_holds_together(client, unblinded):
    client.force_login(unblinded.owner)
    files = entries(take(client, unblinded.study, "archive"))
    graph = {one["@id"]: one for one in json.loads(files["ro-crate-metadata.json"])["@graph"]}
    for part in graph["./"]["hasPart"]:
        assert graph[part["@id"]]["sha256"] == hashlib.sha256(files[part["@id"]]).hexdigest()
    for line in files["manifest-sha256.txt"].decode().splitlines():
        checksum, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == checksum
    record = [json.loads(line) for line in files["record.jsonl"].decode().splitlines()]
    assert record[-1]["hash"] == graph["#record_head"]["value"]
    assert record[-1]["kind"] == "study.unblinded"
    protocol = hashlib.sha256(files["protocol.json"].strip()).hexdigest()
    assert protocol == graph["#protocol_sha256"]["value"] == unblinded.study.protocols.get().sha256
    seed = bytes.fromhex(graph["#seed"]["value"])
    assert len(seed) == 32
    assert b"It is not shown whether" in files["report.html"]


def test_structured_reports_hold_every_mark(client, unblinded):
    client.force_login(unblinded.owner)
    files = entries(take(client, unblinded.study, "dicom"))
    assert len(files) == 4 + 8  # a picture of each case, a report of each reader
    for name, content in files.items():
        dataset = pydicom.dcmread(io.BytesIO(content))
        expected = "SecondaryCaptureImageStorage" if name.endswith("picture.dcm") else "ComprehensiveSRStorage"
        assert dataset.SOPClassUID.keyword == expected
        assert unblinded.owner.username.encode() not in content


def test_marks_leave_as_coco_and_as_web_annotations(client, unblinded):
    client.force_login(unblinded.owner)
    found = json.loads(take(client, unblinded.study, "coco").getvalue())
    assert len(found["images"]) == 4
    assert len(found["annotations"]) == 8
    lines = take(client, unblinded.study, "annotations").getvalue().decode().splitlines()
    assert len(lines) == 8
    assert all(json.loads(line)["type"] == "Annotation" for line in lines)


def test_interactions_and_times_on_screen_leave_without_truth(client, opened):
    trial = opened.participants[0].trials.get(index=1)
    at = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    sitting = Sitting.objects.create(participant=opened.participants[0], number=1, started_at=at, seen_at=at)
    Presentation.objects.create(trial=trial, sitting=sitting, shown_at=at, active_ms=900)
    for seq, (t_ms, kind) in enumerate([(700, "zoom"), (200, "window")]):
        Interaction.objects.create(trial=trial, batch=uuid.uuid4(), seq=seq, t_ms=t_ms, kind=kind, data={"v": 0.5})
    client.force_login(opened.owner)

    def rows(kind):
        return list(csv.DictReader(io.StringIO(take(client, opened.study, kind).getvalue().decode())))

    done = rows("interactions")
    assert [(row["t_ms"], row["kind"]) for row in done] == [("200", "window"), ("700", "zoom")]  # by time
    assert json.loads(done[0]["data"]) == {"v": 0.5}
    assert {row["case_code"] for row in done} == {trial.case.code}
    shown = rows("presentations")
    assert (shown[0]["active_ms"], shown[0]["hidden_at"], shown[0]["sitting"]) == ("900", "", "1")
    assert not set(TRUTH_COLUMNS) & {*done[0], *shown[0]}


def test_every_column_that_leaves_has_a_meaning():
    for name in (*INTERACTION_COLUMNS, *PRESENTATION_COLUMNS, *COLUMNS, *TRUTH_COLUMNS):
        assert name in MEANINGS, name
