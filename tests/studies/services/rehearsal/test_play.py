"""A rehearsal over HTTP ends with each answer kept once, and never mixes with real rows."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from studies.design.starting_points import starting_point
from studies.design.templates import standard_flow
from studies.models.participant import Participant
from studies.models.response import Response
from studies.models.study import ProtocolVersion, Study
from studies.services.cases import case_remove
from studies.services.enrolment import reader_enrol
from studies.services.rehearsal import Plan, rehearsal_create, study_rehearse
from webapp.accounts.models import User
from webapp.core.errors import ConflictError

served = pytest.mark.django_db(transaction=True)


@pytest.mark.flow  # needs PostgreSQL: SQLite's tests can't clean up behind the append-only triggers
@served
def test_rehearsal_keeps_each_answer_once_through_all_phases_and_faults(draft, live_server):
    protocol = ProtocolVersion.objects.get(study=draft.study)
    protocol.body |= {"flow": standard_flow() | {"display_check": "required"}}
    protocol.save()
    result = study_rehearse(
        draft.study, Plan(readers=5, dropouts=1, fault_share=0.9, at_once=3, seed=3), base=live_server.url
    )
    assert (result["unexpected"], result["lost"], result["doubled"], result["chain_intact"]) == ([], 0, 0, True)
    assert [one["stored"] for one in result["readers"]] == [2, 4, 4, 4, 4]
    assert result["readers"][1]["steps"] == ["consent", "display", "questionnaire", "instructions", "debrief"]
    assert set(result["faults"]) == {"double_click", "lost_reply", "cut_request", "second_tab", "second_device"}
    assert result["report"]["overall"]["n"] == 18
    copy = Study.objects.get(slug=result["rehearsal"])
    assert (copy.state, copy.rehearsal_of, copy.title) == ("unblinded", draft.study, "Rehearsal: Small study")
    assert set(copy.participants.values_list("simulated", flat=True)) == {True}


@pytest.mark.flow  # needs PostgreSQL: SQLite's tests can't clean up behind the append-only triggers
@served
def test_rehearsal_leaves_the_study_as_it_was(draft, live_server):
    before = list(Participant.objects.filter(study=draft.study).values())
    study_rehearse(draft.study, Plan(readers=2), base=live_server.url)
    draft.study.refresh_from_db()
    assert draft.study.state == "draft"
    assert list(Participant.objects.filter(study=draft.study).values()) == before
    assert not Response.objects.filter(trial__participant__study=draft.study).exists()
    assert not User.objects.filter(username__startswith="simulated-", is_active=True).exists()


@pytest.mark.django_db
def test_rehearsal_has_the_cases_under_their_codes_and_the_same_pictures(draft):
    copy = rehearsal_create(draft.study, draft.owner)
    rows = [list(one.cases.order_by("code").values_list("code", "asset__image")) for one in (draft.study, copy)]
    assert rows[0] == rows[1]


@pytest.mark.django_db
def test_case_leaves_a_draft_whose_rehearsal_shows_its_picture(draft):
    copy = rehearsal_create(draft.study, draft.owner)
    code = copy.cases.first().code
    case_remove(draft.study, code, draft.owner)
    assert copy.cases.get(code=code).asset.image is not None


@pytest.mark.django_db
def test_rehearsal_of_a_blinded_study_is_refused(opened):
    with pytest.raises(ConflictError, match="as a draft or after unblinding"):
        rehearsal_create(opened.study, opened.owner)


@pytest.mark.django_db
def test_rehearsal_of_a_rehearsal_is_refused(draft):
    with pytest.raises(ConflictError, match="already"):
        rehearsal_create(rehearsal_create(draft.study, draft.owner), draft.owner)


@pytest.mark.django_db
def test_real_readers_and_rehearsals_do_not_meet(draft):
    copy = rehearsal_create(draft.study, draft.owner)
    with pytest.raises(ConflictError, match="Simulated readers"):
        reader_enrol(copy, "ada", draft.owner)
    with pytest.raises(ConflictError, match="Simulated readers"):
        reader_enrol(draft.study, "ada", draft.owner, simulated=True)
    for study, simulated in ((copy, False), (draft.study, True)):
        place = Participant(study=study, membership=study.memberships.first(), simulated=simulated)
        place.reader_code = "X"
        with pytest.raises(IntegrityError), transaction.atomic():
            place.save()


DESIGNS = {
    "split_plot": {"allocation": "split_plot", "groups": 2},
    "incomplete_blocks": {"allocation": "incomplete_blocks", "per_reader": {"synthetic": 1, "original": 1}},
    "crossover": {
        "allocation": "crossover",
        "sessions": {"conditions": ["alone", "with help"], "washout_days": 28},
    },
    "repeats": {"allocation": "fully_crossed", "repeats": {"count": 1, "distance": 1}},
}
ANSWERS = {"split_plot": 4, "incomplete_blocks": 4, "crossover": 16, "repeats": 10, "pairs": 4}


@pytest.mark.flow  # needs PostgreSQL: SQLite's tests can't clean up behind the append-only triggers
@served
@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_rehearsal_reads_every_design_to_its_end(draft, live_server, name):
    protocol = ProtocolVersion.objects.get(study=draft.study)
    if name == "pairs":
        protocol.body = starting_point("pairs").make() | {"picture": protocol.body["picture"]}
    else:
        kept = {key: protocol.body["design"][key] for key in ("max_run", "randomness")}
        protocol.body["design"] = kept | DESIGNS[name]
    protocol.save()
    result = study_rehearse(draft.study, Plan(readers=2, fault_share=0.3), base=live_server.url)
    assert (result["unexpected"], result["lost"], result["doubled"]) == ([], 0, 0)
    assert result["answers"] == ANSWERS[name]
    assert len(result["report"]["readers"]) == 2
