"""What a reader may take home: that the record holds their answers, by hash. Can't reach the truth."""

from __future__ import annotations

from typing import Any

from studies.models.participant import Participant
from studies.models.response import Response
from studies.models.study import State
from studies.selectors.trials import NOTHING_HERE, protocol_of
from webapp.core.errors import NotFoundError

HOW = (
    "Each sha256 is that of the canonical JSON (RFC 8785) of one answer: trial, revision, answers, marks. "
    "The study's record holds the same hashes in its chain of events."
)


def receipt_of(participant: Participant) -> dict[str, Any]:
    """Return the hashes of all that this reader answered, in the order of reading.

    Raises:
        NotFoundError: while the study is a draft.
    """
    if participant.study.state == State.DRAFT:
        raise NotFoundError(NOTHING_HERE)
    rows = Response.objects.filter(trial__participant=participant).order_by("trial__index", "revision")
    fields = ("trial__index", "revision", "id", "sha256", "server_at")
    return {
        "study": participant.study.title,
        "protocolSha256": protocol_of(participant).sha256,
        "readerCode": participant.reader_code,
        "about": HOW,
        "answers": [
            {
                "case": index,
                "revision": revision,
                "id": str(identity),
                "sha256": sha256,
                "storedAt": server_at.isoformat(),
            }
            for index, revision, identity, sha256, server_at in rows.values_list(*fields)
        ],
    }
