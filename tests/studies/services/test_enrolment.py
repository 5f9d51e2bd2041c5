"""Only reader accounts read, each once, and nobody is staff and reader."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from studies.design.errors import DesignError
from studies.errors import NotReadyError
from studies.models.audit import AuditEvent
from studies.models.participant import Participant
from studies.models.study import Membership, Study
from studies.models.trial import Trial
from studies.selectors.design import orders_verify
from studies.services.cases import asset_build, cases_add
from studies.services.enrolment import reader_enrol, reader_remove
from studies.services.lifecycle import study_close, study_lock, study_open
from tests.studies.conftest import person, picture, unguard
from webapp.core.errors import ConflictError, DomainError, NotFoundError

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["admin", "demo"])
def test_other_accounts_can_not_read(draft, role):
    person("other", role)
    with pytest.raises(DomainError, match="not a reader"):
        reader_enrol(draft.study, "other", draft.owner)


def test_unknown_name_twice_the_same_and_a_closed_study_are_refused(opened):
    with pytest.raises(DomainError, match="no account"):
        reader_enrol(opened.study, "nobody", opened.owner)
    with pytest.raises(ConflictError, match="already"):
        reader_enrol(opened.study, "ada", opened.owner)
    study = study_close(opened.study, opened.owner)
    person("late", "reader")
    with pytest.raises(ConflictError, match="no more readers"):
        reader_enrol(study, "late", opened.owner)
    assert Participant.objects.count() == 2


def test_reader_leaves_a_draft_wholly(draft):
    code = draft.participants[0].reader_code
    reader_remove(draft.study, code, draft.owner)
    assert Membership.objects.filter(role="reader").count() == 1
    with pytest.raises(NotFoundError):
        reader_remove(draft.study, code, draft.owner)


def design(study, **settings):
    protocol = study.protocols.get()
    protocol.body["design"] |= settings
    protocol.save()


def test_every_participant_has_every_case_of_the_design_once_plus_the_repeats(draft):
    design(draft.study, repeats={"count": 1, "distance": 2})
    study_lock(draft.study, draft.owner)
    for participant in draft.participants:
        trials = list(participant.trials.order_by("index"))
        assert [trial.index for trial in trials] == [1, 2, 3, 4, 5]
        (again,) = [trial for trial in trials if trial.repeat_of]
        assert again.case_id == again.repeat_of.case_id
        assert again.index - again.repeat_of.index >= 2
        assert len({trial.case_id for trial in trials}) == 4


def test_incomplete_blocks_give_a_late_reader_the_next_share(draft):
    design(draft.study, allocation="incomplete_blocks", per_reader={"synthetic": 1, "original": 1})
    study_lock(draft.study, draft.owner)
    study_open(draft.study, draft.owner)
    first, second = ({t.case_id for t in participant.trials.all()} for participant in draft.participants)
    assert first | second == set(draft.study.cases.values_list("pk", flat=True))
    person("late", "reader")
    late = reader_enrol(draft.study, "late", draft.owner)
    assert late.trials.count() == 2
    assert set(orders_verify(Study.objects.get()).values()) == {""}


def test_split_plot_readers_know_their_group(draft):
    design(draft.study, allocation="split_plot", groups=2)
    study_lock(draft.study, draft.owner)
    groups = list(Participant.objects.order_by("pk").values_list("group", flat=True))
    assert groups == ["1", "2"]
    cases = [set(participant.trials.values_list("case_id", flat=True)) for participant in draft.participants]
    assert not cases[0] & cases[1]


def test_training_cases_come_first_and_only_there(draft):
    case = draft.study.cases.first()
    case.phase = "train"
    case.save()
    study_lock(draft.study, draft.owner)
    for participant in draft.participants:
        phases = list(participant.trials.order_by("index").values_list("phase", flat=True))
        assert phases == ["train", "test", "test", "test"]


def test_a_run_that_can_be_kept_is_not_remarked(draft):
    study_lock(draft.study, draft.owner)
    assert "max_run" not in AuditEvent.objects.get(kind="study.locked").body


def test_a_longer_run_for_uneven_classes_is_in_the_record(draft):
    for number in range(10, 13):
        image = picture(number, "original", labels={"birads": "2"})
        for asset in cases_add(draft.study, [image.token], draft.owner):
            asset_build(asset.pk)
    design(draft.study, max_run=1)  # 5 originals and 2 synthetic
    study = study_lock(draft.study, draft.owner)
    assert AuditEvent.objects.get(kind="study.locked").body["max_run"] == {"asked": 1, "kept": 2}
    assert study.protocols.get().body["design"]["max_run"] == 2


def test_a_reader_for_whom_there_is_no_order_is_refused_with_the_reason(opened, monkeypatch):
    def impossible(*_):
        raise DesignError("no order")

    monkeypatch.setattr("studies.services.enrolment.reader_plan", impossible)
    person("late", "reader")
    with pytest.raises(ConflictError, match="one more reader: no order"):
        reader_enrol(opened.study, "late", opened.owner)
    assert Participant.objects.count() == 2


def test_a_design_that_does_not_fit_leaves_a_draft_and_says_why(draft):
    design(draft.study, allocation="incomplete_blocks", per_reader={"synthetic": 9, "original": 1})
    with pytest.raises(NotReadyError, match="at least the 9"):
        study_lock(draft.study, draft.owner)
    assert Study.objects.get().state == "draft"


def test_orders_are_verified_after_closing_and_a_changed_one_is_named(opened, capsys):
    slug = opened.study.slug
    with pytest.raises(CommandError, match="when the study is closed"):
        call_command("verify_order", slug)
    study_close(opened.study, opened.owner)
    call_command("verify_order", slug)
    out = capsys.readouterr().out
    assert out.count("as computed") == 2
    unguard()
    first, second = Trial.objects.filter(participant=opened.participants[0]).order_by("index")[:2]
    Trial.objects.filter(pk=first.pk).update(index=99)
    Trial.objects.filter(pk=second.pk).update(index=1)
    Trial.objects.filter(pk=first.pk).update(index=2)
    with pytest.raises(CommandError, match="1 of 2 orders differ"):
        call_command("verify_order", slug)
    assert f"{opened.participants[0].reader_code}: trial 1" in capsys.readouterr().out
