"""`manage.py rehearse` on a server of its own: the paper's study ends in the paper's Table 2."""

from __future__ import annotations

import io
import json
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from studies.design.starting_points import starting_point
from studies.models.case import Asset, AssetState, Case
from studies.models.truth import CaseTruth
from studies.services.lifecycle import study_create
from tests.golden.table2 import COUNTS, OVERALL, PRINTED
from tests.studies.conftest import person, picture

served = pytest.mark.django_db(transaction=True)
KEYS = ("precision", "recall", "f1", "accuracy")


@pytest.fixture
def same_database(monkeypatch):
    """Let a child process find the test's own database."""
    place = connection.settings_dict
    if connection.vendor != "postgresql":
        pytest.fail("this test needs a real PostgreSQL: a child process can't reach SQLite's database in memory")
    monkeypatch.setenv("DATABASE_URL", f"postgresql://{place['USER']}@/{place['NAME']}?host={place['HOST']}")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "webapp.config.settings.test")


@pytest.fixture
def papers_study(transactional_db, small_protocol):
    """182 synthetic and 116 original cases, which all show one small picture: simulated readers don't look."""
    owner = person("owner", "admin")
    study = study_create(title="As in the paper", owner=owner, protocol=small_protocol)
    image = picture(1, "original")
    for number in range(298):
        case = Case.objects.create(study=study, code=f"C{number:04}")
        Asset.objects.create(case=case, image=image, state=AssetState.READY, normalization_seed=number)
        synthetic = number < 182
        CaseTruth.objects.create(
            case=case, is_synthetic=synthetic, source="generated" if synthetic else "original", source_image=image
        )
    return study


def rehearse(study, **options):
    out = io.StringIO()
    call_command("rehearse", study.slug, json=True, stdout=out, **options)
    return json.loads(out.getvalue())


@pytest.mark.flow  # needs PostgreSQL: SQLite's tests can't clean up behind the append-only triggers
@served
@pytest.mark.timeout(600)
def test_rehearsal_of_table2_ends_in_the_papers_table(papers_study, same_database):
    result = rehearse(papers_study, preset="table2", seed=1, faults=0.05)
    assert (result["answers"], result["lost"], result["doubled"], result["unexpected"]) == (1788, 0, 0, [])
    rows = {row["reader"]: row for row in result["report"]["readers"]}
    found = [rows[one["reader"]] for one in result["readers"]] + [result["report"]["overall"]]
    for row, (name, counts) in zip(found, [*COUNTS.items(), ("Overall", OVERALL)], strict=True):
        assert (row["tp"], row["fp"], row["fn"], row["tn"]) == (counts.tp, counts.fp, counts.fn, counts.tn)
        said = [row[key]["value"] for key in KEYS]
        said += [row["accuracy"]["interval"][side] for side in ("lower", "upper")]
        assert said == pytest.approx(PRINTED[name], abs=0.001)


@pytest.mark.django_db
def test_rehearsal_says_what_it_can_not_rehearse(draft):
    with pytest.raises(CommandError, match="There is no study"):
        call_command("rehearse", "none", url="http://127.0.0.1:9")
    with pytest.raises(CommandError, match="expected at least 1"):
        call_command("rehearse", draft.study.slug, readers=0, url="http://127.0.0.1:9")
    with pytest.raises(CommandError, match="expected 182 and 116"):
        call_command("rehearse", draft.study.slug, preset="table2", url="http://127.0.0.1:9")


@pytest.mark.flow  # needs PostgreSQL: SQLite's tests can't clean up behind the append-only triggers
@served
def test_rehearsal_on_a_site_that_is_not_there_is_a_failed_command(draft):
    with pytest.raises(CommandError, match=r"The rehearsal failed: .+refused"):
        call_command("rehearse", draft.study.slug, readers=1, url="http://127.0.0.1:9", stdout=io.StringIO())


@pytest.mark.flow  # needs PostgreSQL: SQLite's tests can't clean up behind the append-only triggers
@served
def test_rehearsal_prints_counts_and_seconds(draft, live_server, capsys):
    call_command("rehearse", draft.study.slug, readers=2, url=live_server.url)
    said = capsys.readouterr().out
    assert "8 answers accepted, 0 lost, 0 doubled; the record is intact." in said
    assert "s to read" in said
    assert "Overall" in said


@pytest.mark.flow  # needs PostgreSQL: SQLite's tests can't clean up behind the append-only triggers
@served
def test_rehearsal_of_pairs_prints_how_often_the_synthetic_one_was_found(draft, live_server, capsys):
    protocol = draft.study.protocols.get()
    protocol.body = starting_point("pairs").make() | {"picture": protocol.body["picture"]}
    protocol.save()
    call_command("rehearse", draft.study.slug, readers=2, preset="able", url=live_server.url)
    said = capsys.readouterr().out
    assert re.search(r"Overall +4 +4 +\d +[01]\.\d{5}", said)
