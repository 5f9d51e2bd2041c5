"""Which role in a study may use which address. The one table; views, matrix page and tests read it.

An address that is not listed is the owner's alone.
"""

from __future__ import annotations

from studies.models.study import MemberRole

OWNER = frozenset({MemberRole.OWNER})
RUN = frozenset({MemberRole.OWNER, MemberRole.COORDINATOR})
KNOW = frozenset({MemberRole.OWNER, MemberRole.ANALYST})
STAFF = frozenset({MemberRole.OWNER, MemberRole.COORDINATOR, MemberRole.ANALYST})

BY_ADDRESS: dict[str, frozenset[MemberRole]] = {
    # everybody who works on the study; what each page shows depends on the role
    "study": STAFF,
    "study-move": STAFF,
    "progress": STAFF,
    "record": STAFF,
    "record-file": STAFF,
    # blinded work
    "study-readers": RUN,
    "case-prepare": RUN,
    "invitation-add": RUN,
    "invitation-withdraw": RUN,
    "reminders": RUN,
    # the case set and the settings
    "case-add": OWNER,
    "case-remove": OWNER,
    "study-setup": OWNER,
    "study-questions": OWNER,
    "study-phases": OWNER,
    "study-copy": OWNER,
    "member-add": OWNER,
    "member-remove": OWNER,
    "leaks": OWNER,
    "leaks-run": OWNER,
    # what tells the truth, after unblinding
    "results": KNOW,
    "results-csv": KNOW,
    "results-json": KNOW,
    "report-file": KNOW,
    "report-numbers": KNOW,
    # files: blinded at any time, with the truth for owner and analysts after unblinding
    "exports": STAFF,
    "export": STAFF,
    "api-export": STAFF,
    "responses-csv": STAFF,
    "codebook": STAFF,
}

BY_STEP: dict[str, frozenset[MemberRole]] = {
    "lock": OWNER,
    "open": RUN,
    "pause": RUN,
    "close": OWNER,
    "unblind": KNOW,
    "archive": OWNER,
}


def allowed_roles(address: str) -> frozenset[MemberRole]:
    """Return the roles that may use the address of this name."""
    return BY_ADDRESS.get(address, OWNER)
