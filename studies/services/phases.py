"""Says what each case of a draft is for: training, test, or attention check."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from studies.models.case import Case, Phase
from studies.models.study import Study
from studies.services.audit import audit_add
from studies.services.cases import draft_for_update
from webapp.accounts.models import User
from webapp.core.errors import DomainError, NotFoundError


@transaction.atomic
def cases_sort(study: Study, actor: User, phases: Mapping[str, str]) -> int:
    """Put cases of a draft into their phases.

    Locks: the study's row. Emits: "cases.sorted" with the codes that moved and the counts after it.

    Args:
        study: a draft.
        actor: who asked.
        phases: a phase by case code; cases that are not named stay where they are.

    Returns:
        How many cases moved.

    Raises:
        DomainError: for a phase that there isn't, or when no case would be left to test.
        NotFoundError: for a code that the study does not have.
        ConflictError: when the study is no draft.
    """
    study = draft_for_update(study)
    cases = {case.code: case for case in Case.objects.filter(study=study)}
    for code, phase in phases.items():
        if code not in cases:
            raise NotFoundError(f"This study has no case {code}.", field=code)
        if phase not in Phase.values:
            raise DomainError(f"Case {code}: got {phase!r}, expected train, test or check.", field=code)
    moved = [cases[code] for code, phase in phases.items() if cases[code].phase != phase]
    for case in moved:
        case.phase = phases[case.code]
    counts = {phase: sum(case.phase == phase for case in cases.values()) for phase in Phase.values}
    if moved and not counts[Phase.TEST]:
        raise DomainError("No case is left to test. Leave at least one original and one synthetic.")
    if moved:
        Case.objects.bulk_update(moved, ["phase"])
        audit_add(study, actor, "cases.sorted", {"moved": sorted(case.code for case in moved)} | counts)
    return len(moved)
