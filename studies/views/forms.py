"""What a form sent, checked and typed. The services check the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from studies.design.protocol import Protocol
from studies.design.templates import INSTRUCTIONS, STATED_PREVALENCE, paper_protocol
from studies.models.study import MemberRole, Study
from studies.permissions import allowed_roles
from studies.requests import SignedIn
from studies.selectors.studies import study_get, study_role
from webapp.core.errors import DomainError, NotAllowedError

MARGIN = "0.05"


@dataclass(frozen=True)
class NewStudy:
    """The fields of the new-study page as typed, so that a refused form comes back as it was."""

    title: str = ""
    instructions: str = INSTRUCTIONS
    stated_prevalence: str = STATED_PREVALENCE
    margin: str = MARGIN

    def protocol(self) -> Protocol:
        """Return the protocol of these fields.

        Raises:
            DomainError: naming the field that is missing or no number.
        """
        if not self.instructions:
            raise DomainError("Tell the readers what to do.", field="instructions")
        if not self.stated_prevalence:
            raise DomainError("Say what the readers are told about the share.", field="stated_prevalence")
        try:
            margin = float(self.margin)
        except ValueError:
            margin = 0.0
        if not 0 < margin <= 0.25:
            raise DomainError("Give the margin as a number above 0 and up to 0.25, such as 0.05.", field="margin")
        return paper_protocol(
            instructions=self.instructions, stated_prevalence=self.stated_prevalence, margin=margin
        )


def new_study(data: QueryDict) -> NewStudy:
    """Return the fields of a sent new-study form."""
    names = ("title", "instructions", "stated_prevalence", "margin")
    return NewStudy(**{name: data.get(name, "").strip() for name in names})


def study_of(request: SignedIn, slug: Any) -> Study:
    """Return the study that this signed-in person works on as staff, in a role that may use this address.

    Raises:
        NotFoundError: when there is none among theirs.
        NotAllowedError: when their role in it may not use this address.
    """
    study = study_get(str(slug), request.user)
    match = request.resolver_match
    role = study_role(study, request.user)
    name = match.url_name if match else None
    if role not in allowed_roles(name or ""):
        raise NotAllowedError(f"This is not open to a study's {MemberRole(role).label.lower()}.")
    return study
