"""A study of pairs from the first answer to its result."""

from __future__ import annotations

import csv
import datetime
import io
import json
import uuid
import zipfile

import pytest
from django.urls import reverse

from studies.models.analysis import AnalysisRun
from studies.models.truth import CaseTruth
from studies.selectors.pairs import pair_readings
from studies.services.lifecycle import study_close, study_lock, study_open, study_unblind
from webapp.core.errors import ConflictError

pytestmark = pytest.mark.django_db
R_FILES = ("README.md", "analysis.R", "choices.csv", "overall.csv", "table.csv")
SIDES = [{"value": "left", "label": "Left"}, {"value": "right", "label": "Right"}]


@pytest.fixture
def pairs(draft):
    protocol = draft.study.protocols.get()
    protocol.body["design"]["allocation"] = "pairs"
    protocol.body["analysis"]["measure"] = "proportion_correct"
    protocol.body["questions"] = [
        {"key": "side", "kind": "choice", "label": "Which is synthetic?", "required": True, "options": SIDES}
    ]
    protocol.save()
    study_lock(draft.study, draft.owner)
    draft.study = study_open(draft.study, draft.owner)
    return draft


def answer_all(client, person, *, right):
    """Answer every pair of a reader, right or as if the left one were always synthetic."""
    client.force_login(person.membership.user)
    synthetic = set(CaseTruth.objects.filter(is_synthetic=True).values_list("case_id", flat=True))
    for trial in person.trials.order_by("index"):
        side = "left" if not right or trial.case_id in synthetic else "right"
        body = {
            "trial": trial.token, "revision": 1, "answers": {"side": side}, "marks": [], "active_ms": 900,
            "client_at": datetime.datetime.now(datetime.UTC).isoformat(),
        }  # fmt: skip
        reply = client.put(
            reverse("studies:response", args=[uuid.uuid4()]), json.dumps(body), content_type="application/json"
        )
        assert reply.status_code == 201, reply.content


def unblind(pairs):
    study_close(pairs.study, pairs.owner)
    pairs.study = study_unblind(pairs.study, pairs.owner)


def test_each_reader_and_the_side_they_favor_are_told(client, pairs):
    first, second = pairs.participants
    answer_all(client, first, right=True)
    answer_all(client, second, right=False)
    with pytest.raises(ConflictError, match="sealed"):
        pair_readings(pairs.study)
    unblind(pairs)
    readings = pair_readings(pairs.study)
    assert readings.groupby("reader")["right"].mean().to_dict() == {
        first.reader_code: 1.0,
        second.reader_code: 0.5,
    }
    client.force_login(pairs.owner)
    page = client.get(reverse("studies:results", args=[pairs.study.slug]))
    text = " ".join(page.content.decode().split())
    assert "Neither is shown" in text
    assert f'<th scope="row">{second.reader_code}</th><td class="number">2</td><td class="number">1</td>' in text
    numbers = client.get(reverse("studies:results-json", args=[pairs.study.slug])).json()
    assert numbers["pooled"]["right"] == 3
    assert numbers["readers"][1]["left"] in (0.5, 1.0)
    assert (
        AnalysisRun.objects.get().plan_sha256 == numbers["run"]["plan_sha256"]
    )  # once, however often it is opened


def test_one_reader_alone_gives_no_verdict_and_none_gives_no_result(client, pairs):
    answer_all(client, pairs.participants[0], right=True)
    unblind(pairs)
    client.force_login(pairs.owner)
    page = client.get(reverse("studies:results", args=[pairs.study.slug])).content.decode()
    assert "Too few readers" in page
    assert "no verdict" in page


def test_report_is_sealed_until_it_is_unblinded(client, pairs):
    answer_all(client, pairs.participants[0], right=True)
    client.force_login(pairs.owner)
    assert client.get(reverse("studies:report-file", args=[pairs.study.slug])).status_code == 409


def test_nothing_answered_gives_no_result(client, pairs):
    unblind(pairs)
    client.force_login(pairs.owner)
    assert "Nothing was read" in client.get(reverse("studies:results", args=[pairs.study.slug])).content.decode()
    refused = client.get(
        reverse("studies:results-json", args=[pairs.study.slug]), headers={"accept": "application/json"}
    )
    assert refused.status_code == 409


def test_files_of_single_pictures_are_refused_and_the_archive_holds_the_result(client, pairs):
    for person in pairs.participants:
        answer_all(client, person, right=True)
    unblind(pairs)
    client.force_login(pairs.owner)

    def take(name, *more):
        address = reverse(f"studies:{name}", args=[pairs.study.slug, *more])
        return client.get(address, headers={"accept": "application/json"})

    for kind in ("imrmc", "rjafroc"):
        assert take("export", kind).status_code == 409
    assert take("results-csv").status_code == 409
    alone = take("report-file").content.decode()
    assert f'<th scope="row">{pairs.participants[0].reader_code}</th>' in alone
    assert "Said left" in alone
    assert "<style>" in alone
    assert 'href="' not in alone  # nothing of the site is needed
    rows = list(csv.DictReader(io.StringIO(take("export", "readings").getvalue().decode())))
    for row in rows:
        assert row["right_case_code"]
        assert row["answer"] == ("left" if row["truth"] == "synthetic" else "right")
    with zipfile.ZipFile(io.BytesIO(take("export", "archive").getvalue())) as archive:
        assert json.loads(archive.read("report.json"))["pooled"]["right"] == len(rows)
        assert "study.imrmc" not in archive.namelist()
        assert archive.read("report.html").decode() == alone
        kept = {name: archive.read(f"r/{name}") for name in R_FILES}
    with zipfile.ZipFile(io.BytesIO(take("export", "r").getvalue())) as folder:
        assert {name: folder.read(f"{pairs.study.slug}/{name}") for name in R_FILES} == kept
    table = list(csv.DictReader(io.StringIO(kept["table.csv"].decode())))
    assert [line["proportion"] for line in table] == ["1"] * 3
