"""A new draft with the settings of another study."""

from __future__ import annotations

import copy

from django.db import transaction

from studies.models.case import Asset
from studies.models.study import Study
from studies.models.truth import CaseTruth
from studies.services.audit import audit_add
from studies.services.cases import cases_add
from studies.services.lifecycle import study_create
from webapp.accounts.models import User


@transaction.atomic
def study_copy(study: Study, actor: User, *, title: str, with_cases: bool = False) -> tuple[Study, list[Asset]]:
    """Make a draft of the same protocol; with the same library images where asked for.

    Nothing that was read comes along, nor any reader, nor the seed: codes and orders are made anew.

    Emits: "study.created" and "study.copied" in the new study.

    Returns:
        The draft, and its pictures that are still to be prepared.

    Raises:
        DomainError: for a title out of bounds.
    """
    source = study.protocols.latest("number")
    made = study_create(title=title, owner=actor, protocol=copy.deepcopy(source.body))
    facts = {"from": study.slug, "protocol": source.sha256, "cases": with_cases}
    audit_add(made, actor, "study.copied", facts)
    if not with_cases:
        return made, []
    truths = CaseTruth.objects.filter(case__study=study).order_by("source_image__pk")
    tokens = list(truths.values_list("source_image__token", flat=True))
    return made, cases_add(made, tokens, actor) if tokens else []
