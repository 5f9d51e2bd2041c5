"""Results come only after unblinding, to owner and analyst, and agree with a count by hand."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
import uuid

import pytest
from django.urls import reverse

from studies.models.analysis import AnalysisRun
from studies.models.study import MemberRole, Membership
from studies.models.truth import CaseTruth
from studies.services.lifecycle import study_close, study_unblind
from studies.services.responses import Submission, response_submit
from tests.studies.conftest import person

pytestmark = pytest.mark.django_db


def read_all(opened, marks=()):
    """Ada is always right; Grace always says synthetic."""
    for participant, user in zip(opened.participants, opened.readers, strict=True):
        for trial in participant.trials.order_by("index"):
            right = "synthetic" if CaseTruth.objects.get(case=trial.case).is_synthetic else "real"
            answers = {
                "origin": right if user.username == "ada" else "synthetic", "confidence": 3, "birads": "4",
            }  # fmt: skip
            at = datetime.datetime.now(datetime.UTC)
            response_submit(user, Submission(uuid.uuid4(), trial.token, 1, answers, list(marks), at, 1200))


@pytest.fixture
def ended(opened):
    read_all(opened)
    opened.study = study_close(opened.study, opened.owner)
    return opened


@pytest.fixture
def unblinded(ended):
    ended.study = study_unblind(ended.study, ended.owner)
    return ended


def get(client, study, name, **more):
    return client.get(reverse(f"studies:{name}", args=[study.slug]), **more)


def body(response):
    return response.getvalue()


def rows(response):
    return list(csv.DictReader(io.StringIO(body(response).decode())))


def test_results_are_right_in_every_file(client, unblinded):
    client.force_login(unblinded.owner)
    ada, grace = (participant.reader_code for participant in unblinded.participants)
    by_name = {row["reader"]: row for row in rows(get(client, unblinded.study, "results-csv")) if row["tp"]}
    assert [by_name[ada][key] for key in ("tp", "fp", "fn", "tn", "accuracy")] == ["2", "0", "0", "2", "1"]
    assert [by_name[grace][key] for key in ("tp", "fp", "fn", "tn", "accuracy")] == ["2", "2", "0", "0", "0.5"]
    assert [by_name["Overall"][key] for key in ("tp", "fp", "fn", "tn")] == ["4", "2", "0", "2"]
    assert by_name["Always synthetic"]["recall"] == "1"
    data = get(client, unblinded.study, "results-json").json()
    assert data["protocol_sha256"] == unblinded.study.protocols.get().sha256
    assert data["overall"]["accuracy"]["value"] == 0.75
    assert data["verdict"]["verdict"] == "inconclusive"


def test_results_page_begins_with_the_finding(client, unblinded):
    client.force_login(unblinded.owner)
    text = get(client, unblinded.study, "results").content.decode()
    assert "It is not shown whether readers can or can&#x27;t tell synthetic from real" in text
    assert "ignores clustering" in text
    assert text.index("It is not shown") < text.index("<svg")
    assert "style=" not in text
    # Tags hold random tokens: only what can be read is looked at, as a word of its own.
    assert not re.search(r"\bnan\b", re.sub(r"<[^>]*>", " ", text), re.IGNORECASE)


def test_readings_hold_the_truth_only_after_unblinding(client, ended):
    client.force_login(ended.owner)
    blind = rows(get(client, ended.study, "responses-csv"))
    assert len(blind) == 8
    assert "truth" not in blind[0]
    study_unblind(ended.study, ended.owner)
    seen = rows(get(client, ended.study, "responses-csv"))
    assert {row["truth"] for row in seen} == {"real", "synthetic"}
    assert {row["signed_rating"] for row in seen} == {"3", "-3"}
    book = json.loads(body(get(client, ended.study, "codebook")))
    assert [column["name"] for column in book["columns"]] == list(seen[0])


def test_files_are_the_same_when_taken_twice(client, unblinded):
    client.force_login(unblinded.owner)
    for name in ("responses-csv", "results-csv", "results-json", "codebook"):
        assert body(get(client, unblinded.study, name)) == body(get(client, unblinded.study, name))


def test_coordinator_sees_no_truth_and_no_results(client, unblinded):
    helper = person("helper", "admin")
    Membership.objects.create(study=unblinded.study, user=helper, role=MemberRole.COORDINATOR)
    client.force_login(helper)
    for name in ("results", "results-csv", "results-json", "report-file"):
        assert get(client, unblinded.study, name).status_code == 403
    assert "truth" not in rows(get(client, unblinded.study, "responses-csv"))[0]


def test_no_result_is_given_while_the_study_runs(client, opened):
    client.force_login(opened.owner)
    assert get(client, opened.study, "results").status_code == 302
    for name in ("results-csv", "results-json", "report-file"):
        assert get(client, opened.study, name, headers={"accept": "application/json"}).status_code == 409


def test_study_without_a_reading_says_so(client, opened):
    study_unblind(study_close(opened.study, opened.owner), opened.owner)
    client.force_login(opened.owner)
    assert "Nothing was read" in get(client, opened.study, "results").content.decode()
    assert get(client, opened.study, "results-csv", headers={"accept": "application/json"}).status_code == 409


def test_report_is_one_file_with_pictures_and_numbers_inside(client, unblinded):
    client.force_login(unblinded.owner)
    response = get(client, unblinded.study, "report-file")
    text = response.content.decode()
    assert response["Content-Disposition"].startswith("attachment")
    assert "It is not shown whether readers" in text
    assert text.count("<svg") >= 6
    assert 'src="data:image/png;base64,' in text
    assert 'href="data:text/csv' in text
    for outside in ('src="/', 'href="/', "http-equiv", "<script", "url(http"):
        assert outside not in text


def test_numbers_of_each_figure_can_be_taken(client, unblinded):
    client.force_login(unblinded.owner)
    page = get(client, unblinded.study, "results").content.decode()
    for key in ("verdict", "forest", "table", "roc", "agreement", "difficulty"):
        address = reverse("studies:report-numbers", args=[unblinded.study.slug, key])
        assert address in page
        assert len(rows(client.get(address))) > 1
    unknown = reverse("studies:report-numbers", args=[unblinded.study.slug, "nothing"])
    assert client.get(unknown).status_code == 404


def test_each_analysis_is_kept_once_with_its_hashes(client, unblinded):
    client.force_login(unblinded.owner)
    for name in ("results", "report-file", "results-json"):
        get(client, unblinded.study, name)
    run = AnalysisRun.objects.get(study=unblinded.study)
    data = get(client, unblinded.study, "results-json").json()
    assert run.data_sha256 == data["report"]["data_sha256"]
    assert run.plan_sha256 == data["report"]["plan_sha256"]
    assert run.result["parts"][0]["overall"] == data["overall"]
    event = unblinded.study.audit_events.get(kind="analysis.run")
    assert event.body["result_sha256"] == run.result_sha256
