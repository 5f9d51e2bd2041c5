"""The marked copy of a study that simulated readers read."""

from __future__ import annotations

import copy

from django.db import transaction

from studies.models.case import Asset, AssetState, Case
from studies.models.study import State, Study
from studies.models.truth import CaseTruth
from studies.services.audit import audit_add
from studies.services.lifecycle import study_create
from webapp.accounts.models import User
from webapp.core.errors import ConflictError

# In between somebody could learn the truth of a blinded study from its unblinded rehearsal.
FROM = (State.DRAFT, State.UNBLINDED, State.ARCHIVED)
TITLE_MOST = 120


@transaction.atomic
def rehearsal_create(study: Study, actor: User) -> Study:
    """Make a draft with the protocol, the cases and the prepared pictures of a study, marked as its rehearsal.

    Cases keep their codes, so that the same seed gives the same readers. A washout is left out.
    Emits: "study.created" and "rehearsal.made" in the copy.

    Raises:
        ConflictError: while the study is blinded, or when it is a rehearsal itself.
    """
    if study.rehearsal_of_id is not None:
        raise ConflictError("This is a rehearsal already. Rehearse the study that it was made from.")
    if study.state not in FROM:
        raise ConflictError("A study is rehearsed as a draft or after unblinding: its copy shows the truth.")
    source = study.protocols.latest("number")
    body = copy.deepcopy(source.body)
    if "sessions" in body["design"]:
        body["design"]["sessions"]["washout_days"] = 0  # nobody rehearses for weeks
    title = f"Rehearsal: {study.title}"[:TITLE_MOST].strip()
    made = study_create(title=title, owner=actor, protocol=body, rehearsal_of=study)
    count = _cases_copy(study, made)
    audit_add(made, actor, "rehearsal.made", {"of": study.slug, "cases": count})
    return made


def _cases_copy(study: Study, made: Study) -> int:
    truths = CaseTruth.objects.filter(case__study=study).select_related("case__asset").order_by("case__code")
    for truth in truths:
        case, picture = truth.case, truth.case.asset
        if picture.state != AssetState.READY:
            raise ConflictError(f"The picture of case {case.code} is not prepared yet. Try again when all are.")
        twin = Case.objects.create(study=made, code=case.code, phase=case.phase)
        Asset.objects.create(
            case=twin, image=picture.image, state=picture.state, normalization_seed=picture.normalization_seed
        )
        truth.pk, truth.case = None, twin
        truth.save(force_insert=True)
    return len(truths)
