"""A table brought in gets the same report, is the bringer's alone, and leaves no row behind."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from studies.models.study import Study
from tests.studies.conftest import person

pytestmark = pytest.mark.django_db
WORDS = {True: "synthetic", False: "real"}
LINES = [
    f"r{reader},c{case},{WORDS[case % 2 == 1]},{WORDS[(case * 7 + reader * 3) % 5 < 2 + case % 2]},{case % 3 + 1}"
    for reader in range(4)
    for case in range(20)
]
CSV = "Who,Exposure,Truth,Said,Sure\n" + "\n".join(LINES) + "\n"
QUERY = {"reader": "Who", "case": "Exposure", "truth": "Truth", "answer": "Said"}


@pytest.fixture
def analyst(client):
    user = person("analyst", "admin")
    client.force_login(user)
    return client


def bring(client, text=CSV):
    return client.post(reverse("studies:table"), {"file": SimpleUploadedFile("readings.csv", text.encode())})


def test_table_is_mapped_and_reported_without_a_study(analyst):
    response = bring(analyst)
    assert response.status_code == 302
    page = analyst.get(response.url).content.decode()
    assert "80 rows" in page
    report = analyst.get(f"{response.url}report/", QUERY)
    text = report.content.decode()
    assert report.status_code == 200
    assert "no locked protocol stands behind it" in text
    assert "80 readings of 20 cases by 4 readers" in text
    assert "style=" not in text
    assert not re.search(r"\bnan\b", re.sub(r"<[^>]*>", " ", text), re.IGNORECASE)
    alone = analyst.get(f"{response.url}report.html", QUERY)
    assert alone["Content-Disposition"] == 'attachment; filename="report.html"'
    assert analyst.get(f"{response.url}table.csv", QUERY).content.decode().startswith("reader,kind,method")
    assert not Study.objects.exists()


def test_bad_table_comes_back_with_the_reason_and_the_choices(analyst):
    response = bring(analyst, CSV.replace("r1,c3,synthetic", "r1,c3,"))
    page = analyst.get(f"{response.url}report/", QUERY)
    assert page.status_code == 400
    assert "Truth, rows 25: got no value" in page.content.decode()
    assert "<option selected>Exposure</option>" in page.content.decode()
    assert "got no such" not in page.content.decode()
    assert analyst.get(f"{response.url}report.html", QUERY).status_code == 400


@pytest.mark.parametrize(("text", "reason"), [("", "Choose a CSV"), ("one\n1\n", "expected at least 2")])
def test_file_that_is_no_table_is_refused(analyst, text, reason):
    response = analyst.post(reverse("studies:table"), {}) if not text else bring(analyst, text)
    assert response.status_code == 400
    assert reason in response.content.decode()


def test_table_is_the_bringers_alone(analyst, client):
    address = bring(analyst).url
    client.force_login(person("other", "admin"))
    assert client.get(address).status_code == 404
    client.force_login(person("reader", "reader"))
    assert client.get(address).status_code == 403
    assert client.get(reverse("studies:table")).status_code == 403


def test_command_writes_the_report_and_says_the_finding(tmp_path):
    table, page, numbers = tmp_path / "a.csv", tmp_path / "a.html", tmp_path / "a.json"
    table.write_text(CSV)
    out = io.StringIO()
    pairs = [f"{ours}={theirs}" for ours, theirs in QUERY.items()]
    call_command("analyze", csv=table, map=pairs, out=page, json=numbers, stdout=out)
    assert "synthetic from real" in out.getvalue() or "Readers" in out.getvalue()
    assert "80 readings of 20 cases by 4 readers" in out.getvalue()
    assert page.read_text().count("<svg") >= 4
    assert '"plan_sha256"' in numbers.read_text()


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        (["reader"], "expected OURS=COLUMN"),
        (["reader=Nobody"], "got the column 'Nobody'"),
        ([], "expected also one for"),
    ],
)
def test_command_refuses_a_bad_mapping_by_name(tmp_path, pairs, message):
    table = tmp_path / "a.csv"
    table.write_text(CSV)
    with pytest.raises(CommandError, match=message):
        call_command("analyze", csv=table, map=pairs)
