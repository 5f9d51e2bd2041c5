"""Only reader accounts read, each once, and nobody is staff and reader."""

from __future__ import annotations

import pytest

from studies.models.participant import Participant
from studies.models.study import Membership
from studies.services.enrolment import reader_enrol, reader_remove
from studies.services.lifecycle import study_close
from tests.studies.conftest import person
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
